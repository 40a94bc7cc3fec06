"""The article that is measured: about 850 words with fifty comments, made of the demo's own."""

from datetime import timedelta
from itertools import islice

from django.utils import timezone

from articles.models import Article, Byline
from comments.models import Comment, Discussion

SLUG = "measured"
MODEL = "the-async-turn"
WORDS, COMMENTS, COMMENT_WORDS = 850, 50, 45
# Of five comments, two answer the one before them.
REPLIES = (3, 4)


def make_article() -> Article:
    """Over the demo, once. A story with everything a story of the demo has."""
    if article := Article.objects.filter(slug=SLUG).first():
        return article
    model = Article.objects.get(slug=MODEL)
    words = " ".join(Article.objects.published().values_list("body_text", flat=True)).split()
    article = Article.objects.create(
        slug=SLUG,
        title="An article to measure",
        body=body_of(model),
        **{
            name: getattr(model, name)
            for name in ("section", "standfirst", "cover", "status", "published_at", "updated_at")
        },
    )
    for byline in model.bylines.all():
        Byline.objects.create(article=article, author=byline.author, position=byline.position)
    article.topics.set(model.topics.all())
    article.companies.set(model.companies.all())
    add_comments(Discussion.objects.create(article=article), iter(words))
    return article


def body_of(model) -> str:
    """As many whole paragraphs as make the length."""
    paragraphs, count = [], 0
    for paragraph in model.body.split("\n\n"):
        if count < WORDS:
            paragraphs.append(paragraph)
            count += len(paragraph.split())
    return "\n\n".join(paragraphs)


def add_comments(discussion, words):
    start, root = timezone.now() - timedelta(days=30), None
    for number in range(COMMENTS):
        is_reply = number % 5 in REPLIES
        comment = Comment.objects.create(
            discussion=discussion,
            name=f"Reader {number + 1}",
            kind=Comment.Kind.QUESTION if number % 7 == 0 else Comment.Kind.NOTE,
            body=" ".join(islice(words, COMMENT_WORDS)),
            state=Comment.State.PUBLISHED,
            published_at=start,
            thread=root if is_reply else None,
            in_reply_to=root if is_reply else None,
        )
        root = root if is_reply else comment
        Comment.objects.filter(pk=comment.pk).update(created_at=start + timedelta(hours=number))
