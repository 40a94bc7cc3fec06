"""Links that lead nowhere within the site, and links whose words do not say where they lead.

Nothing is fetched: addresses are resolved as a request would be, and their rows looked up.
"""

from collections import defaultdict
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks.registry import Check, Finding
from articles.models import Article, ArticleFormerSlug, Author, Level, Section, Topic
from companies.models import Company, Technology
from core import prose
from core.text.slugs import fold
from core.web.addresses import slug_url
from facts.models import Fact, Metric

# So many different addresses are looked up, however long a text is.
MOST_LOOKED_UP = 200
# Of English, German, French and Spanish. Not “more” alone: it may be the name of a song.
VAGUE = frozenset(
    "here|click here|this link|link|read more|learn more|more here|see here|this page"
    "|hier|hier klicken|klicken sie hier|dieser link|weiterlesen|mehr lesen|mehr erfahren"
    "|ici|cliquez ici|ce lien|lire la suite|en savoir plus"
    "|aquí|haga clic aquí|haz clic aquí|este enlace|leer más|saber más".split("|")
)


def _find_dead(manuscript):
    own = manuscript.content.get("slug") or ""
    here = slug_url("articles:detail", own) if own else "/articles/-/"
    found = [
        (part, line, str(child.attrs["href"]))
        for part, line, inline in manuscript.inlines()
        for child in inline.children
        # A picture of another place is told of as a picture.
        if child.type == "link_open" and "instead_of" not in child.meta
    ]
    paths = {href: path for _part, _line, href in found if (path := _path_within(href, here))}
    dead = _dead(dict.fromkeys([*paths.values()][:MOST_LOOKED_UP]), own)
    for part, line, href in found:
        if paths.get(href) in dead:
            told = _("It leads to no page of this site that readers can see.")
            yield Finding(told, href, part, line)


def _path_within(address, here) -> str:
    """Where on this site a link leads that stands on the page `here`; empty if it leaves it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.netloc:
        is_ours = parts.netloc == urlsplit(settings.SITE_URL).netloc
        return unquote(parts.path) or "/" if is_ours else ""
    # Within this page, or to a mailbox.
    if parts.scheme or not parts.path:
        return ""
    return unquote(urlsplit(urljoin(here, address)).path)


def _dead(paths, own) -> set:
    """Those at which there is no page, or none that readers may see; `own` is the text's slug."""
    dead, named = set(), defaultdict(list)
    for path in paths:
        if path.startswith((settings.MEDIA_URL, settings.STATIC_URL)):
            continue
        match = _resolved(path) or _resolved(f"{path}/")
        if match is None:
            dead.add(path)
        elif match.view_name in SEEN:
            [name] = match.kwargs.values()
            named[match.view_name].append((fold(name), path))
    for view, rows in named.items():
        seen = SEEN[view]({name for name, _path in rows})
        seen |= {fold(own)} if view == "articles:detail" else set()
        dead.update(path for name, path in rows if name not in seen)
    return dead


def _resolved(path):
    try:
        return resolve(path)
    except Resolver404:
        return None


def _seen_articles(slugs) -> set:
    now = Article.objects.published().filter(slug__in=slugs).values_list("slug", flat=True)
    targets = Article.objects.published().values("pk")
    former = ArticleFormerSlug.objects.filter(slug__in=slugs, target__in=targets)
    return {*now, *former.values_list("slug", flat=True)}


def _seen_companies(slugs) -> set:
    found = Company.objects.by_slug(slugs)
    return {slug for slug, company in found.items() if company.is_public}


def _seen_rows(rows, name="slug"):
    return lambda found: set(rows().filter(**{f"{name}__in": found}).values_list(name, flat=True))


# What shows one row, and of which of them there is a page.
SEEN = {
    "articles:detail": _seen_articles,
    "articles:section": _seen_rows(Section.objects.all),
    "articles:topic": _seen_rows(Topic.objects.all),
    "articles:author": _seen_rows(Author.objects.all),
    "companies:detail": _seen_companies,
    "companies:technology": _seen_rows(Technology.objects.visible),
    "facts:detail": _seen_rows(Fact.objects.published, "public_id"),
    "open:metric": _seen_rows(Metric.objects.all, "key"),
}


def _find_anchors(manuscript):
    found = [
        (part, one)
        for part, markdown in manuscript.parts.items()
        for one in prose.oddities(markdown)
        if one.is_link
    ]
    slugs = {one.text[1:] for _part, one in found}
    # The entry of a company has the company's own name.
    companies = Company.objects.filter(slug__in=slugs).values_list("slug", flat=True)
    entries = set(companies) if slugs else set()
    for part, one in found:
        if one.text[1:] not in entries:
            told = _("A link that leads nowhere: no heading of the text is called that.")
            yield Finding(told, one.text, part, one.line)


def _find_unknown(manuscript):
    """Links to figures and companies that are not there, and that readers have not got already."""
    article, known = manuscript.article, set()
    found = [
        (part, problem)
        for part, markdown in manuscript.parts.items()
        for problem in manuscript.targets.problems(markdown)
        if not problem.is_withdrawn
    ]
    if found and article.has_been_live:
        known = {link.url for text in article.parts().values() for link in prose.links(text)}
    for part, one in found:
        if one.link.url not in known:
            yield Finding(one.message, one.link.words, part, one.link.line)


def _find_withdrawn(manuscript):
    for part, markdown in manuscript.parts.items():
        for one in manuscript.targets.problems(markdown):
            if one.is_withdrawn:
                yield Finding(one.message, one.link.words, part, one.link.line)


def _find_vague(manuscript):
    for part, line, inline in manuscript.inlines():
        words = None
        for child in inline.children:
            if child.type == "link_open":
                words = ""
            elif child.type == "link_close":
                said = (words or "").strip(" .:…»›→>").casefold()
                if said in VAGUE:
                    told = _("The words of the link do not say where it leads.")
                    yield Finding(told, words.strip(), part, line)
                words = None
            elif words is not None:
                words += child.content


CHECKS = [
    Check(
        "unknown_link",
        gettext_lazy("Links to figures and companies that are not there"),
        gettext_lazy("Every figure and company that is linked is there"),
        _find_unknown,
        Level.BLOCK,
        is_fixed=True,
    ),
    Check(
        "withdrawn_figure",
        gettext_lazy("Figures that were found wrong"),
        gettext_lazy("No figure was found wrong"),
        _find_withdrawn,
    ),
    Check(
        "dead_link",
        gettext_lazy("Links to no page of this site"),
        gettext_lazy("Every link within the site leads to a page"),
        _find_dead,
    ),
    Check(
        "anchor",
        gettext_lazy("Links to no heading of the text"),
        gettext_lazy("Every link within the text leads to a heading"),
        _find_anchors,
    ),
    Check(
        "vague_link",
        gettext_lazy("Links that say “here”"),
        gettext_lazy("Every link says where it leads"),
        _find_vague,
    ),
]
