"""Every address of the desk, from the URL conf itself, and one of all that they are about."""

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.urls import URLResolver, reverse
from django.utils import timezone

from accounts.factories import UserFactory
from ads.factories import AdFactory
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory, TopicFactory
from articles.models import ArticleFormerSlug, FigureDismissal, ShareLink
from articles.publishing import newest_content, save_revision, submit_for_review
from audience.models import Audience, DailyViews
from comments.factories import CommentFactory
from comments.models import Appeal, Ban, WordRule
from companies.factories import CompanyFactory, IndustryFactory, TechnologyFactory
from core.taskqueue.models import Batch, QueuedTask
from corrections.factories import CorrectionFactory
from desk.factories import ReviewTaskFactory
from facts.factories import FactFactory, ScopeFactory, TechUseFactory
from facts.models import FigureImport
from images.factories import PictureFactory

# What the desk shows of readers to those who decide on comments, and to nobody else.
SECRETS = ["reader@example.org", "banned@example.org"]


def desk_addresses() -> dict[str, list[str]]:
    """The names of the desk's addresses, each with the names of its arguments."""
    return {
        name: list(pattern.pattern.converters)
        for pattern, name in _patterns(admin.site.urls[0])
        if name and pattern.pattern.regex.groups == len(pattern.pattern.converters)
    }


def _patterns(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern, pattern.name


def everything(writer) -> dict[str, dict[str, object]]:
    """By label of model: rows, each with what it is to the writer. Of many there is one alone."""
    own = {"authors": [AuthorFactory(user=writer)], "section": SectionFactory()}
    others = {"authors": [AuthorFactory()], "section": own["section"], "topics": [TopicFactory()]}
    articles = {
        "own draft": _written(ArticleFactory(draft=True, **own), writer),
        "own, live": _written(ArticleFactory(**own), writer),
        "another's draft": _written(ArticleFactory(draft=True, **others)),
        "another's, live": _written(ArticleFactory(**others)),
    }
    pictures = {
        "own": PictureFactory(added_by=writer.username),
        "own, in a draft": PictureFactory(added_by=writer.username),
        "own, seen": PictureFactory(added_by=writer.username),
        "another's": PictureFactory(added_by="somebody"),
        "nobody's": PictureFactory(),
    }
    _cover(articles["own draft"], pictures["own, in a draft"])
    _cover(articles["own, live"], pictures["own, seen"])
    company, live = CompanyFactory(industry=IndustryFactory()), articles["another's, live"]
    rows = [
        *(company, company.industry, TechnologyFactory(), FactFactory(company=company)),
        *(TechUseFactory(company=company), live.section, live.topics.get(), live.authors.get()),
        *(ArticleFormerSlug.objects.create(slug="former", target=live), AdFactory()),
        *(
            CorrectionFactory(article=live),
            ReviewTaskFactory(),
            WordRule.objects.create(phrase="x"),
        ),
        *(Audience.objects.get_or_create(article=live)[0], _daily(live), *_discussion(live)),
    ]
    fact = FactFactory(company=company)
    rows += [fact.metric, fact.references.get().source, ScopeFactory()]
    batches = {
        "own": Batch.objects.create(title="Mine", started_by=writer.username),
        "another's": Batch.objects.create(title="Theirs", started_by="somebody"),
    }
    files = {"own": _sent(writer), "another's": _sent(UserFactory(groups=["Writer"]))}
    rows += [UserFactory(), Group.objects.first(), *_logins()]
    waiting = {
        "task_path": "companies.nothing",
        "args_kwargs": {"args": [], "kwargs": {}},
        "run_after": timezone.now(),
    }
    rows.append(QueuedTask.objects.create(**waiting))
    return {
        **{row._meta.label_lower: {"": row} for row in rows},
        "articles.article": articles,
        "images.picture": pictures,
        "taskqueue.batch": batches,
        "facts.figureimport": files,
    }


def _sent(by):
    batch = Batch.objects.create(title="Check of figures", started_by=by.username)
    return FigureImport.objects.create(text="company,metric,value", by=by, check_batch=batch)


def _logins():
    yield AccessAttempt.objects.create(username="writer", failures_since_start=1)
    for model in (AccessFailureLog, AccessLog):
        yield model.objects.create(username="writer")


def _written(article, by=None):
    content = newest_content(article) | {"title": f"{article.title} once more"}
    save_revision(article, content, by=by)
    submit_for_review(article, by=by)
    ShareLink.objects.create(article=article)
    article.notes.create(text="The date?", by=by)
    FigureDismissal.objects.create(article=article, text="7", sentence="7 of 9.", reason="A name.")
    return article


def _cover(article, picture):
    type(article).objects.filter(pk=article.pk).update(cover=picture)


def _daily(article):
    return DailyViews.objects.create(article=article, day="2026-11-01", views=3)


def _discussion(article):
    """A comment whose author's address, and a ban whose address, the desk knows."""
    comment = CommentFactory(discussion__article=article, email=SECRETS[0], is_confirmed=True)
    ban = Ban.objects.create(email=SECRETS[1], reason="Shouting")
    words = f"Banned: {SECRETS[1]}"
    by = UserFactory()
    LogEntry.objects.log_actions(by.pk, [comment], CHANGE, words, single_object=True)
    return comment, comment.discussion, ban, Appeal.objects.create(ban=ban, text="I did not.")


def address_of(name, arguments, row) -> str:
    """The desk's address of this name that is about the row."""
    pk = row and row.pk
    known = {"object_id": pk, "pk": pk, "id": pk, "number": 1}
    if name == "articles_article_figures_undo":
        known["number"] = row.figure_dismissals.get().pk
    if name == "articles_article_share_revoke":
        known["number"] = row.share_links.get().pk
    if name == "articles_article_note":
        known["number"] = row.notes.get().pk
    return reverse(f"admin:{name}", kwargs={each: known[each] for each in arguments})
