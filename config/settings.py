"""One settings file; everything that differs between machines comes from the environment.

`.env.example` documents every variable. With none set, and DATELINE_LOCAL=1 as the Makefile
sets it, the publication runs on this machine alone: SQLite and uploads under `var/`, plain http.
"""

import sys
from email.utils import formataddr
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import debugging
from config.bundles import BUNDLES
from config.cdn import refuse_half_a_cdn
from config.inline import script_hash
from config.local import local_secret_key
from config.own_files import first_file, own_first
from core.logs import FILTERS, FORMATTERS

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
IS_LOCAL = env.bool("DATELINE_LOCAL", default=False)
VAR_DIR.mkdir(exist_ok=True)

SECRET_KEY = env.str("SECRET_KEY", default="") or (local_secret_key(VAR_DIR) if IS_LOCAL else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set: put it in the environment or .env; "
        "to work on this machine alone, `make run` first or set DATELINE_LOCAL=1."
    )

# What the publication is called and says of itself: pages, desk, mails and feeds have it from here.
SITE_NAME = env.str("SITE_NAME", default="Dateline")
SITE_TAGLINE = env.str("SITE_TAGLINE", default="") or _(
    "Companies, with every figure dated and sourced"
)
SITE_MOTTO = env.str("SITE_MOTTO", default="") or _("Every figure carries its date and its source.")
SITE_FOOTER = env.str("SITE_FOOTER", default="") or _(
    "A number that changes is updated in one place. A number that was wrong becomes a public "
    "correction. Any reader can challenge either."
)
# A folder with templates/, static/, assets/ and texts/ of its own, which win over ours.
SITE_DIR = Path(env.str("SITE_DIR")) if env.str("SITE_DIR", default="") else None
TEMPLATE_DIRS = own_first(SITE_DIR, BASE_DIR, "templates")
TEXT_DIRS = own_first(SITE_DIR, BASE_DIR / "pages", "texts")
SITE_PORT = env.str("PORT", default="8000")
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{SITE_PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if IS_LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where the publication's policies stand, by what schema.org calls them; `pages` has the texts.
POLICIES = {
    "publishingPrinciples": "/about/principles/",
    "correctionsPolicy": "/about/corrections/",
    "verificationFactCheckingPolicy": "/about/sourcing/",
}
# What readers may do with the published figures, as the address of a licence; empty: they ask.
DATA_LICENCE = env.str("DATA_LICENCE", default="https://creativecommons.org/licenses/by/4.0/")
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default=f"{SITE_URL}/about/")

INSTALLED_APPS = [
    "config.admin.DatelineAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_countries",
    "django_tasks",
    "django_tasks_db",
    "modelsearch",
    "pictures",
    "core",
    "core.taskqueue",
    "accounts",
    "images",
    "companies",
    "facts",
    "articles",
    "comments",
    "audience",
    "ads",
    "pages",
    "search",
    "corrections",
    "desk",
    "demo",
    # For its command alone, seed_bulk.
    "bench",
]

# What sets headers stands outermost: refusals and static files carry them too, even those that are
# made without Django.
HEADER_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.browser_policies",
]
MIDDLEWARE = [
    "core.middleware.identify_requests",
    *HEADER_MIDDLEWARE,
    "core.pagestore.cdn.forbid_shared_caching",
    "core.pagestore.bypass.bypass_after_write",
    "core.middleware.refuse_unsafe_requests",
    "core.middleware.refuse_unreadable_values",
    "core.db.timeouts.let_writers_queue",
    "core.web.addresses.RedirectToOwnSpelling",
    "pages.health.answer_probes",
    "core.static_files.SharedStaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Last: it turns a locked-out login into its own answer.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": TEMPLATE_DIRS,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "core.unindented.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            # No `auth` or `csrf`-bearing processor may be used by a public template: pages hold
            # nothing personal. The admin needs auth and messages.
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pages.context_processors.publication",
            ],
        },
    },
]

# An empty variable is one that is not set.
DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'dateline.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue for the lock at BEGIN instead of failing half-way through.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # FULL: an answered write is on disk even when the power goes.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000"
        ),
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A database host that disappears is noticed within seconds, not after TCP's quarter of an hour.
    DATABASES["default"]["OPTIONS"] = {
        # Compiling takes PostgreSQL longer than any query of ours runs.
        "options": "-c jit=off",
        "connect_timeout": 3,
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
    } | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Files, not process memory: several workers must see one cache.
CACHES = {"default": env.cache_url("CACHE_URL", default=f"filecache://{VAR_DIR / 'cache'}")}
# Stored pages, apart from the rest: they are many, and each can be made again.
CACHES["pages"] = CACHES["default"] | {"KEY_PREFIX": "pages"}
if "redis" in CACHES["pages"]["BACKEND"].lower():
    # A cache that hangs must cost less than making the page.
    for cache in CACHES.values():
        cache["OPTIONS"] = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
elif "filebased" in CACHES["pages"]["BACKEND"]:
    CACHES["pages"]["LOCATION"] += "/pages"
    CACHES["pages"]["OPTIONS"] = {"MAX_ENTRIES": 3000}
# Per process, in megabytes.
STORED_PAGES_MB = env.int("STORED_PAGES_MB", default=64)
# Requests that Django works on at once in each process; each keeps a database connection.
WEB_THREADS = env.int("WEB_THREADS", default=4)
# Seconds after which a request that Django has not answered gets 503.
REQUEST_SECONDS = env.int("REQUEST_SECONDS", default=20)

MODELSEARCH_BACKENDS = {"default": {"BACKEND": "search.backend"}}
# "slow": what keeps a processor busy for seconds. "outside": what waits for other people's servers.
WORKER_THREADS = env.dict(
    "WORKER_THREADS", cast={"value": int}, default={"default": 2, "slow": 1, "outside": 4}
)
# Seconds after which a worker that has not reported is taken for dead and its tasks are run again.
WORKER_DEAD_AFTER = env.int("WORKER_DEAD_AFTER", default=30)
TASKS = {
    "default": {
        "BACKEND": "core.taskqueue.backend.QueueBackend",
        "QUEUES": ["default", "slow", "outside"],
    }
}
RECURRING_TASKS = "config.recurring.RECURRING_TASKS"
# Every night, whether the pages that figures cite are still there. It asks other people's servers.
CHECK_SOURCES = env.bool("CHECK_SOURCES", default=not IS_LOCAL)

# A cache in front that holds the same pages and is told when they change.
CDN = env.str("CDN", default="")
CDN_PURGE_URL = env.str("CDN_PURGE_URL", default="").rstrip("/")
CDN_TOKEN = env.str("CDN_TOKEN", default="")
CDN_SERVICE = env.str("CDN_SERVICE", default="")
refuse_half_a_cdn(CDN, CDN_PURGE_URL=CDN_PURGE_URL, CDN_TOKEN=CDN_TOKEN, CDN_SERVICE=CDN_SERVICE)

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# A mail server that hangs must not hold whoever posts a comment.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default=formataddr((SITE_NAME, "desk@localhost"))
)

AUTH_USER_MODEL = "accounts.User"

# Rows of rooms above `articles`, one for each article, that its page is read together with.
ARTICLE_PAGE_ROWS = ["audience", "correction_notes"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}

# Wrong passwords within 15 minutes for a name, from an address, and for the one from the other:
# after as many no password is looked at until some are older than that.
AXES_HANDLER = "accounts.logins.LoginLimits"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address", ["username", "ip_address"]]
LOGIN_LIMITS = [12, 25, 10]
AXES_COOLOFF_TIME = 0.25
# What is tried at a closed door is not counted: it opens when its time has come.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCK_OUT_AT_FAILURE = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "core.web.http.login_address"
# Left to itself it fails on a name that PostgreSQL cannot store.
AXES_USERNAME_CALLABLE = "core.web.http.login_name"
AXES_LOCKOUT_CALLABLE = "accounts.logins.refuse"
AXES_VERBOSE = False
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 2 * 3600
RESETS_PER_SUBNET_PER_HOUR = 10

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en-gb")
LOCALE_PATHS = own_first(SITE_DIR, BASE_DIR, "locale")
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATIC_MANIFEST_DIR = env.str("STATIC_MANIFEST_DIR", default=str(STATIC_ROOT))
STATICFILES_DIRS = own_first(SITE_DIR, BASE_DIR, "static")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "core.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
ASSET_DIRS = own_first(SITE_DIR, BASE_DIR, "assets")
STATIC_BUNDLES = BUNDLES
STATIC_BUNDLES_ROOT = VAR_DIR / "bundles"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
# Whatever the umask: the front server reads uploads and static files under a user of its own.
FILE_UPLOAD_PERMISSIONS = 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static_files.ReleaseStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# By its name alone: files of a former release are in no manifest of this one.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/.+\.[0-9a-f]{12}\.\w+$"
PICTURES = {
    "BREAKPOINTS": {"phone": 576, "tablet": 960, "desktop": 1280},
    "GRID_COLUMNS": 12,
    "CONTAINER_WIDTH": 1280,
    "FILE_TYPES": ["AVIF", "WEBP"],
    "PIXEL_DENSITIES": [1, 2],
    "USE_PLACEHOLDERS": False,
    "PICTURE_CLASS": "images.renditions.Rendition",
    "PROCESSOR": "images.renditions.delete_obsolete",
}

# An article body is the largest form there is; uploads are counted apart.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# The only scripts that stand in a page itself: templates include these files as they are.
INLINE_SCRIPTS = [
    first_file(TEMPLATE_DIRS, f"includes/{name}")
    for name in ("first_paint.js", "speculation_rules.json")
]
# Whose videos a text shows once a reader asks for one, and from where they are played.
PLAYERS = {"youtube": "https://www.youtube-nocookie.com", "vimeo": "https://player.vimeo.com"}
EMBEDS = {name: PLAYERS[name] for name in env.list("EMBEDS", default=[*PLAYERS])}
# Strict on every page, the admin too. Data blocks (JSON-LD) are not scripts and need no hole.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, *map(script_hash, INLINE_SCRIPTS)],
        # The nonce is for the styles that the desk's editor makes; no other page asks for one.
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF, *EMBEDS.values()],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [SELF],
    }
}
if DEBUG:
    debugging.show_making(MIDDLEWARE)
if DEBUG and env.bool("DEBUG_TOOLBAR", default=False):
    debugging.add_toolbar(INSTALLED_APPS, MIDDLEWARE)
    INTERNAL_IPS = ["127.0.0.1", "::1"]
# Browsers that know frame-ancestors, above, go by that; the others frame nothing.
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# Everything that needs TLS is on unless this machine alone is served.
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not IS_LOCAL)
# Answered by the process itself, without a thread.
LIVE_PATH = "/health/live"
READY_PATH = "/health/ready"
SECURE_REDIRECT_EXEMPT = [f"^{path[1:]}$" for path in (LIVE_PATH, READY_PATH)]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
else:
    SECURE_PROXY_SSL_HEADER = None
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=0 if IS_LOCAL else 63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=not IS_LOCAL)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=not IS_LOCAL)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_LOCAL
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
COOKIE_PREFIX = "" if IS_LOCAL else "__Host-"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "pages.errors.forged_form"

# The discussion. A setting each, so that an editor's policy is not buried in code.
COMMENTS_MODE = env.str("COMMENTS_MODE", default="trust")
if COMMENTS_MODE not in ("post", "trust", "pre"):
    raise ImproperlyConfigured("COMMENTS_MODE is neither post nor trust nor pre.")
COMMENTS_TRUST_AFTER = env.int("COMMENTS_TRUST_AFTER", default=1)
COMMENTS_MAX_LINKS = env.int("COMMENTS_MAX_LINKS", default=2)
COMMENTS_PER_SUBNET_PER_MINUTE = env.int("COMMENTS_PER_SUBNET_PER_MINUTE", default=3)
COMMENTS_PER_THREAD_PER_HOUR = env.int("COMMENTS_PER_THREAD_PER_HOUR", default=20)
COMMENTS_PER_MINUTE = env.int("COMMENTS_PER_MINUTE", default=30)
COMMENTS_MOST_WAITING = env.int("COMMENTS_MOST_WAITING", default=1000)
COMMENTS_REPORTS_HOLD = env.int("COMMENTS_REPORTS_HOLD", default=3)
COMMENTS_CLOSE_AFTER_DAYS = env.int("COMMENTS_CLOSE_AFTER_DAYS", default=0)
COMMENTS_MAIL_MODERATORS = env.bool("COMMENTS_MAIL_MODERATORS", default=False)
COMMENTS_MAILS_PER_DAY = env.int("COMMENTS_MAILS_PER_DAY", default=20)
COMMENTS_MAILS_PER_HOUR = env.int("COMMENTS_MAILS_PER_HOUR", default=500)
AKISMET_KEY = env.str("AKISMET_KEY", default="")
AKISMET_URL = env.str("AKISMET_URL", default="https://rest.akismet.com/1.1/comment-check")
VIEWS_PER_ADDRESS = env.int("VIEWS_PER_ADDRESS", default=16)
HEARTS_PER_SUBNET_AND_PAGE = env.int("HEARTS_PER_SUBNET_AND_PAGE", default=3)
HEARTS_PER_SUBNET_PER_MINUTE = env.int("HEARTS_PER_SUBNET_PER_MINUTE", default=60)

# Views and what came of ads are written this often, many at a time. 0: each at once.
COUNTERS_FLUSH_SECONDS = 2

LOG_FORMAT = env.str("LOG_FORMAT", default="text")
if LOG_FORMAT not in FORMATTERS:
    raise ImproperlyConfigured(f"LOG_FORMAT is neither {' nor '.join(FORMATTERS)}.")
# A line for each request, of gunicorn's; readers' network addresses only where asked for.
ACCESS_LOG = env.bool("ACCESS_LOG", default=False)
ACCESS_LOG_ADDRESSES = env.bool("ACCESS_LOG_ADDRESSES", default=False)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {kind.__name__: {"()": kind} for kind in FILTERS},
    "formatters": {LOG_FORMAT: {"()": FORMATTERS[LOG_FORMAT]}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": LOG_FORMAT,
            "filters": [kind.__name__ for kind in FILTERS],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
