"""The demo publication, from `fixtures/demo/`: companies, facts, stories, comments and ads.

Every loader takes nothing and returns how many rows it made. A row that is there already, known
by its slug, key or public id, is left as it is: loading twice changes nothing, and an editor's
changes to the demo survive.
"""

import datetime
import json
import tomllib
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from ads.models import Ad
from articles import publishing
from articles.models import Article, Author, Section, Topic
from articles.pages import editions
from articles.publishing import snapshots
from comments.models import Comment, Discussion
from companies.models import Company, CompanyAlias, Industry, Technology
from corrections import publishing as corrections
from corrections.publishing.profiles import untold
from demo.corrections import load_corrections, with_errors
from facts import publishing as facts
from facts.models import Fact, Metric, Reference, Scope, Source, TechUse, TechUseReference
from images.models import Picture

FIXTURES = settings.BASE_DIR / "fixtures" / "demo"
PASSWORD = "dateline-demo"  # noqa: S105 (public on purpose; made on a local machine only)
LOGINS = {
    "editor": ("Editor", "Edith", "Navarro"),
    "writer": ("Writer", "Mara", "Lindqvist"),
    "moderator": ("Moderator", "Sam", "Reyes"),
}
CREDIT = "Dateline"


def read_rows(name: str, kind: str) -> list[dict]:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))[kind]


def read_stories() -> Iterator[tuple[str, dict, str]]:
    """The slug, front matter and Markdown of every story, the oldest first."""
    stories = []
    for path in (FIXTURES / "articles").glob("*.md"):
        _, front, body = path.read_text("utf-8").split("+++\n", 2)
        stories.append((path.stem, tomllib.loads(front), body.strip() + "\n"))
    return iter(sorted(stories, key=lambda story: story[1].get("published", "~")))


def moment(text: str | None) -> datetime.datetime | None:
    """`2026-06-09` at nine in the morning, or `+10d` from now."""
    if text is None:
        return None
    if text.startswith("+"):
        return timezone.now() + datetime.timedelta(days=int(text[1:-1]))
    return timezone.make_aware(datetime.datetime.fromisoformat(f"{text}T09:00"))


@transaction.atomic
def load_all(*, with_logins: bool) -> dict[str, int]:
    """Everything, in the order in which it leans on itself."""
    made = {
        "logins": load_logins() if with_logins else 0,
        "companies": load_companies(),
        "technologies": load_slugged(Technology, "companies", "technologies"),
        "facts": load_facts_untold(),
        "technology uses": load_tech_uses(),
        "articles": load_articles(),
        "comments": load_comments(),
        "ads": load_ads(),
        "corrections": load_corrections(),
    }
    connect_bylines()
    return made


def load_facts_untold() -> int:
    """Nobody has seen the figures that others take the place of while all are loaded."""
    with untold():
        return load_facts()


def load_logins() -> int:
    """One login for each group, all with the same well-known password."""
    users, made = get_user_model().objects, 0
    for username, (group, first, last) in LOGINS.items():
        if users.filter(username=username).exists():
            continue
        names = {"first_name": first, "last_name": last}
        user = users.create_user(username, password=PASSWORD, is_staff=True, **names)
        user.groups.add(Group.objects.get_or_create(name=group)[0])
        made += 1
    return made


def connect_bylines():
    """A writer finds their stories at the desk by the login of their byline."""
    for user in get_user_model().objects.filter(username__in=LOGINS):
        Author.objects.filter(name=user.get_full_name(), user=None).update(user=user)


def demo_user(username: str | None):
    """One of the demo's logins; without them the demo is nobody's work."""
    return get_user_model().objects.filter(username=username).first()


def load_slugged(model, name: str, kind: str) -> int:
    rows = read_rows(name, kind)
    return sum(model.objects.get_or_create(slug=row["slug"], defaults=row)[1] for row in rows)


def load_companies() -> int:
    load_slugged(Industry, "companies", "industries")
    # Parents first: a subsidiary names its parent by slug.
    rows = sorted(read_rows("companies", "companies"), key=lambda row: "parent" in row)
    return sum(load_company(row) for row in rows)


def load_company(row: dict) -> bool:
    if Company.objects.filter(slug=row["slug"]).exists():
        return False
    aliases, industry = row.pop("aliases"), row.pop("industry")
    company = Company.objects.create(
        **{
            **row,
            "industry": Industry.objects.get(slug=industry),
            "parent": Company.objects.get(slug=row["parent"]) if "parent" in row else None,
        }
    )
    CompanyAlias.objects.bulk_create(CompanyAlias(company=company, name=name) for name in aliases)
    return True


def load_sources() -> dict[str, Source]:
    """The sources by the key that the demo's facts name them with."""
    sources = {}
    for row in read_rows("facts", "sources"):
        key = row.pop("key")
        known = {"url": row["url"]} if row["url"] else {"title": row["title"], "url": None}
        sources[key] = Source.objects.filter(**known).first() or Source.objects.create(**row)
    return sources


def load_facts() -> int:
    for row in read_rows("facts", "scopes"):
        Scope.objects.get_or_create(name=row["name"])
    for row in read_rows("facts", "metrics"):
        Metric.objects.get_or_create(key=row["key"], defaults=row)
    sources = load_sources()
    return sum(load_fact(row, sources) for row in read_rows("facts", "facts"))


def load_fact(row: dict, sources: dict[str, Source]) -> bool:
    references, older = row.pop("references"), row.pop("supersedes", None)
    row["company"] = Company.objects.get(slug=row["company"])
    row["metric"] = Metric.objects.get(key=row["metric"])
    claim = {name: row.get(name) for name in ("company", "metric", "amount", "as_of")}
    claim |= {name: row.get(name, "") for name in ("text", "scope")}
    if Fact.objects.filter(public_id=row["public_id"]).exists():
        return False
    if Fact.objects.filter(**claim).exists():  # somebody entered the same figure by hand
        return False
    by, wrong_because = demo_user("editor"), row.pop("deprecated_reason", "")
    older = Fact.objects.filter(public_id=older).first() if older else None
    fact = Fact.objects.create(**row, supersedes=older)
    for reference in references:
        source = sources[reference.pop("source")]
        Reference.objects.create(fact=fact, source=source, **reference)
    fact = facts.publish(fact, by=by)
    if wrong_because:
        facts.deprecate(fact, reason=wrong_because, by=by)
    return True


def load_tech_uses() -> int:
    sources = load_sources()
    return sum(load_tech_use(row, sources) for row in read_rows("facts", "tech_uses"))


def load_tech_use(row: dict, sources: dict[str, Source]) -> bool:
    references = row.pop("references")
    company = Company.objects.get(slug=row.pop("company"))
    technology = Technology.objects.get(slug=row.pop("technology"))
    if TechUse.objects.filter(company=company, technology=technology).exists():
        return False
    use = TechUse.objects.create(company=company, technology=technology, **row)
    for reference in references:
        source = sources[reference.pop("source")]
        TechUseReference.objects.create(tech_use=use, source=source, **reference)
    return True


def load_articles() -> int:
    for model, kind in ((Section, "sections"), (Topic, "topics"), (Author, "authors")):
        load_slugged(model, "taxonomy", kind)
    return sum(load_article(*story) for story in read_stories())


def load_article(slug: str, front: dict, body: str) -> bool:
    if Article.objects.filter(slug=slug).exists():
        return False
    article, by = Article(), demo_user("editor")
    content = article_content(slug, front, with_errors(slug, body) if by else body)
    publishing.save_revision(article, content, by=by)
    match front.get("status", Article.Status.PUBLISHED):
        case Article.Status.IN_REVIEW:
            publishing.submit_for_review(article, by=by)
        case Article.Status.PUBLISHED:
            publishing.publish(article, by=by)
        case Article.Status.ARCHIVED:
            publishing.publish(article, by=by)
            corrections.withdraw(article, note=front["withdrawn_because"], by=by)
    for name in front.get("editions", []):
        editions.freeze(article, name=name, by=by)
    return True


def article_content(slug: str, front: dict, body: str) -> dict:
    """A story as the desk would have saved it."""
    companies = dict(Company.objects.values_list("slug", "pk"))
    cover = load_cover(front["cover"], front["cover_alt"]).pk if "cover" in front else None
    return {
        "slug": slug,
        "title": front["title"],
        "standfirst": front["standfirst"],
        "body": body,
        "kind": front.get("kind", Article.Kind.STORY.value),
        "language": settings.LANGUAGE_CODE,
        "section": Section.objects.get(slug=front["section"]).pk,
        "cover": cover,
        "authors": [Author.objects.get(slug=author).pk for author in front["authors"]],
        "topics": sorted(Topic.objects.get(slug=topic).pk for topic in front["topics"]),
        "companies": sorted(companies[name] for name in front.get("companies", [])),
        "entries": [
            {**entry, "company": companies[entry["company"]]} for entry in front.get("entries", [])
        ],
        "published_at": snapshots.write_time(moment(front.get("published"))),
        "ranking": demo_ranking(front["ranking"]) if "ranking" in front else None,
    }


def demo_ranking(row: dict) -> dict:
    links = {"technology": Technology, "industry": Industry}
    found = {
        name: model.objects.filter(slug=row.get(name)).first() for name, model in links.items()
    }
    found["metric"] = Metric.objects.filter(key=row.get("metric")).first()
    return {
        **{name: one and one.pk for name, one in found.items()},
        **{name: row[name] for name in ("order", "limit", "basis")},
    }


def load_cover(name: str, alt: str) -> Picture:
    title = f"Cover: {name}"
    picture = Picture.objects.filter(title=title).first()
    if picture is None:
        picture = Picture(title=title, alt=alt, credit=CREDIT)
        with (FIXTURES / "covers" / f"{name}.png").open("rb") as file:
            picture.file = File(file, name=f"{name}.png")
            picture.save()
    return picture


def load_comments() -> int:
    return sum(load_comment(row) for row in read_rows("comments", "comments"))


def load_comment(row: dict) -> bool:
    if Comment.objects.filter(public_id=row["public_id"]).exists():
        return False
    if "article" in row:
        page = {"article": Article.objects.get(slug=row.pop("article"))}
    else:
        page = {"company": Company.objects.get(slug=row.pop("company"))}
    row["discussion"] = Discussion.objects.get_or_create(**page)[0]
    for name in ("thread", "in_reply_to"):
        if name in row:
            row[name] = Comment.objects.get(public_id=row[name])
    # Without the demo's logins an answer of the staff stands under its name alone.
    is_of_desk = bool(row.get("staff"))
    row["staff"] = demo_user(row.get("staff"))
    at = datetime.datetime.fromisoformat(row.pop("at"))
    was_shown = row["state"] in (Comment.State.PUBLISHED, Comment.State.REMOVED)
    comment = Comment.objects.create(**row, published_at=at if was_shown else None)
    Comment.objects.filter(pk=comment.pk).update(created_at=at)
    if is_of_desk and comment.in_reply_to_id:
        asked = Comment.objects.filter(pk=comment.in_reply_to_id, kind=Comment.Kind.QUESTION)
        asked.update(answered_at=at)
    return True


def load_ads() -> int:
    made = 0
    for row in read_rows("ads", "ads"):
        row["url"] = settings.SITE_URL + row.pop("path")
        made += Ad.objects.get_or_create(name=row["name"], defaults=row)[1]
    return made
