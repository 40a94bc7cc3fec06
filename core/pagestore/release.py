"""Two processes of one release render the same page from the same rows."""

import hashlib
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

SHAPING = (
    "SITE_NAME",
    "SITE_URL",
    "SITE_TAGLINE",
    "SITE_MOTTO",
    "SITE_FOOTER",
    "LANGUAGE_CODE",
    "TIME_ZONE",
    "STATIC_URL",
    "MEDIA_URL",
    "CONTENT_SECURITY_POLICY",
    "SECURITY_CONTACT",
    "DATA_LICENCE",
    "CDN",
    "IS_LOCAL",
)
SUFFIXES = {".py", ".html", ".xml", ".txt", ".md", ".mo"}


@cache
def release() -> str:
    """A digest of the code, templates, translations and settings that pages depend on."""
    digest = hashlib.blake2b(digest_size=16)
    roots = [*settings.TEMPLATE_DIRS, *settings.TEXT_DIRS, *settings.LOCALE_PATHS]
    roots += [
        Path(app.path)
        for app in apps.get_app_configs()
        if Path(app.path).is_relative_to(settings.BASE_DIR) and ".venv" not in Path(app.path).parts
    ]
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.suffix in SUFFIXES and "tests" not in path.parts:
                name = path.relative_to(root).as_posix()
                digest.update(name.encode() + path.read_bytes())
    manifest = Path(settings.STATIC_MANIFEST_DIR) / "staticfiles.json"
    if manifest.exists():
        digest.update(manifest.read_bytes())
    digest.update(repr([str(getattr(settings, name, "")) for name in SHAPING]).encode())
    return digest.hexdigest()
