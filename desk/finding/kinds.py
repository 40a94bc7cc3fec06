"""What is looked through, kind by kind: each in a query or two, of a bounded number of rows."""

from dataclasses import dataclass

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from modelsearch.backends import get_search_backend

from accounts.models import User
from articles.models import Article, Author
from comments.models import Comment
from companies.models import Company
from desk.navigation.sidebar import groups_for
from desk.planner.entries import SHOWN
from facts.models import Fact, Source
from images.models import Picture

MOST_WORDS, MOST_LETTERS = 8, 100
MOST_FOUND = 6
# What no index knows by its beginning is looked for in so many of the newest.
WINDOW = 5000
OF_A_COMPANY = 60


@dataclass(frozen=True)
class Hit:
    label: str
    url: str
    note: str = ""
    language: str = ""


def words_of(text) -> list[str]:
    return text.replace("\0", "")[:MOST_LETTERS].split()[:MOST_WORDS]


def found_by(request, site, words) -> list[tuple[str, list[Hit]]]:
    """Labels of groups with what they hold, empty ones left out."""
    groups = [(_("Go to"), _commands(request, site, words))]
    if words:
        companies = _companies(words) if _may_see(request, site, Company) else []
        looked_for = [
            (Article, _("Articles"), lambda: _articles(request.user, words)),
            (Company, _("Companies"), lambda: _hits(_holding(companies, words))),
            (Fact, _("Figures"), lambda: _facts(companies, words)),
            (Source, _("Sources"), lambda: _sources(words)),
            (Picture, _("Pictures"), lambda: _pictures(words)),
            (Author, _("Authors"), lambda: _hits(_matching(Author, ["name"], words))),
            (User, _("People"), lambda: _people(words)),
            (Comment, _("Comments"), lambda: _comments(words)),
        ]
        groups += [
            (label, find()) for model, label, find in looked_for if _may_see(request, site, model)
        ]
    return [(label, hits) for label, hits in groups if hits]


def _may_see(request, site, model) -> bool:
    return site._registry[model].has_view_or_change_permission(request)


def _commands(request, site, words):
    """What one may begin, and where one may go."""
    apps = site.get_app_list(request)
    new = [
        Hit(_("New: %(what)s") % {"what": model["model"]._meta.verbose_name}, model["add_url"])
        for app in apps
        for model in app["models"]
        if model["add_url"]
    ]
    article = reverse(admin_urlname(Article._meta, "add"))
    new.sort(key=lambda hit: hit.url != article)
    groups = groups_for(request, apps, {})
    links = [link for group in groups for link in (*group.links, *group.lesser)]
    places = [Hit(_("Today"), reverse("admin:index"))]
    places += [Hit(str(link.label), link.url) for link in links]
    return _holding([new[0], *places, *new[1:]] if new else places, words)[: MOST_FOUND + 2]


def _holding(rows, words):
    """Those whose words hold all that was typed."""
    return [row for row in rows if all(word.casefold() in _told(row).casefold() for word in words)]


def _told(row) -> str:
    return row.label if isinstance(row, Hit) else str(row)


def _newest(model):
    return model._default_manager.filter(
        pk__in=model._default_manager.order_by("-pk").values("pk")[:WINDOW]
    )


def _matching(model, names, words, rows=None):
    rows = _newest(model) if rows is None else rows
    for word in words:
        anywhere = Q()
        for name in names:
            anywhere |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(anywhere)
    return rows.order_by("-pk")[:MOST_FOUND]


def _hits(rows, note=lambda row: ""):
    return [Hit(_short(row), _change(row), note(row)) for row in rows[:MOST_FOUND]]


def _short(text) -> str:
    return Truncator(str(text)).chars(110)


def _change(row) -> str:
    return reverse(admin_urlname(row._meta, "change"), args=[row.pk])


def _indexed(rows, text) -> list:
    """Those whose name has words that begin so, however old they are."""
    return list(get_search_backend().autocomplete(text, rows)[: 4 * MOST_FOUND])


def _articles(user, words):
    """Drafts and titles that wait as well; the index may learn of the newest a moment later."""
    new = Q(pk__in=Article.objects.order_by("-pk").values("pk")[:WINDOW])
    for word in words:
        new &= Q(title__icontains=word) | Q(waiting_title__icontains=word)
    old = _indexed(Article.objects.only("title"), " ".join(words))
    rows = Article.objects.filter(new | Q(pk__in=[one.pk for one in old]))
    rows = rows.editable_by(user).only(*SHOWN).order_by("-pk")[:MOST_FOUND]
    return [
        Hit(_short(one.waiting_title or one.title), _change(one), one.standing, one.language)
        for one in rows
    ]


def _companies(words):
    """By the first word: the others may be of a figure."""
    return _indexed(Company.objects.only("name"), words[0])


def _facts(companies, words):
    rows = Fact.objects.filter(company__in=companies[:MOST_FOUND])
    rows = rows.select_related("company", "metric").order_by("-pk")[:OF_A_COMPANY]
    found = [
        Hit(f"{fact.company}: {fact.metric}", _change(fact), f"{fact.display_value}")
        for fact in rows
    ]
    return _holding(found, words)[:MOST_FOUND]


def _sources(words):
    rows = _matching(Source, ["title", "publisher", "url"], words)
    return _hits(rows, lambda source: source.publisher)


def _pictures(words):
    return _hits(_matching(Picture, ["title", "alt", "credit"], words))


def _people(words):
    names = ["username", "first_name", "last_name"]
    return [
        Hit(user.desk_name, _change(user), user.get_username())
        for user in _matching(User, names, words)
    ]


def _comments(words):
    rows = _matching(Comment, ["name", "body"], words).only("name", "body", "state")
    return [Hit(_short(comment.body), _change(comment), capfirst(comment.name)) for comment in rows]
