"""Every public address there is, from the URL conf itself: a new one is missed by no sweep."""

from dataclasses import dataclass

from django.urls import URLResolver, get_resolver, reverse

from accounts.factories import UserFactory
from ads.factories import AdFactory
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory, TopicFactory
from articles.models import Ranking, ShareLink
from articles.pages import editions
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Ban, Commenter, Report
from comments.people.tokens import make_token
from companies.factories import CompanyFactory, TechnologyFactory
from corrections.factories import CorrectionFactory
from facts.factories import FactFactory, TechUseFactory

# Answers to one visitor alone. They are never stored; everything else is the same for everybody.
PERSONAL = {
    *("audience:mine", "audience:pixel", "ads:click", "comments:stamp", "comments:mine"),
    *("comments:challenge", "comments:matter"),
    *(f"comments:{name}" for name in ("report", "mine-one", "own", "confirm", "person")),
    *(f"comments:{name}" for name in ("person-data", "unsubscribe", "refuse", "moderate", "ban")),
    *("comments:receipt", "articles:shared"),
}
# They only take what is sent to them.
WRITES = {"audience:toggle", "pages:seen", "comment-react"}
# It answers from a file.
MACHINE = {"upload", "open:dump-json", "open:dump-csv"}

# What is mailed, and what each link is signed for.
LINKS = {
    **{name: name for name in ("own", "confirm", "person", "moderate", "ban")},
    "person-data": "person",
    "unsubscribe": "replies",
    "refuse": "replies",
    "receipt": "report",
}
HIDDEN = ["draft", "in_review", "scheduled", "archived"]
WORD = "Zanzibarian"


@dataclass
class Publication:
    """One of everything, and an article in each state that the public may not see."""

    article: object
    hidden: list
    company: object
    comment: object
    ad: object
    technology: object
    fact: object
    other: object
    edition: object
    commenter: object
    moderator: object

    @classmethod
    def make(cls):
        company, technology = CompanyFactory(), TechnologyFactory()
        fact = FactFactory(company=company)
        other = FactFactory(metric=fact.metric).company
        TechUseFactory(company=company, technology=technology)
        ranked = ArticleFactory(title="The open list", kind="list")
        Ranking.objects.create(
            article=ranked, technology=technology, metric=fact.metric, basis="By size."
        )
        edition = editions.freeze(ranked, name="June 2026", by=None)
        links = {
            "section": SectionFactory(),
            "authors": [AuthorFactory()],
            "topics": [TopicFactory()],
            "companies": [company],
        }
        figure = f"It has [](fact:{company.slug}/{fact.metric.key})."
        said = f"{WORD}. {figure}"
        hidden = [
            ArticleFactory(title=f"{WORD} {state} story", body=said, **{state: True}, **links)
            for state in HIDDEN
        ]
        for row in hidden:
            CommentFactory(discussion=DiscussionFactory(article=row), body=f"On {row.title}")
        article = ArticleFactory(title="The open story", body=figure, **links)
        comment = CommentFactory(discussion=DiscussionFactory(article=article))
        CorrectionFactory(article=article)
        commenter = Commenter.objects.create(email="ben@example.org")
        moderator = UserFactory(groups=["Moderator"])
        Ban.objects.create(subnet="0a", reason="Advertises.")
        Report.objects.create(comment=comment, reason="spam", subnet="0a")
        return cls(
            *(article, hidden, company, comment, AdFactory(), technology, fact, other, edition),
            *(commenter, moderator),
        )

    def addresses(self, article=None) -> dict:
        """The address or addresses of each name in the URL conf."""
        article = article or self.article
        section, day = article.section, self.article.published_at
        comment = article.discussion.comments.order_by("pk").first()
        slugs = {
            "articles:section": section.slug,
            "articles:section-atom": section.slug,
            "articles:section-rss": section.slug,
            "articles:topic": article.topics.get().slug,
            "articles:author": article.authors.get().slug,
            "articles:detail": article.slug,
            "article-history": article.slug,
            "companies:detail": self.company.slug,
            "company-history": self.company.slug,
            "companies:technology": self.technology.slug,
            "open:company-json": self.company.slug,
            "open:company-csv": self.company.slug,
            "open:metric-json": self.fact.metric.key,
            "open:metric-csv": self.fact.metric.key,
            "facts:detail": self.fact.public_id,
            "facts:card": self.fact.public_id,
            "facts:json": self.fact.public_id,
            "facts:csv": self.fact.public_id,
            "comments:comment": self.comment.public_id,
            "comment-react": comment.public_id,
            "comments:report": comment.public_id,
            "comments:mine-one": comment.public_id,
            "comments-kind-feed": "note",
            "articles:archive-year": day.year,
            "audience:mine": article.pk,
            "audience:pixel": article.pk,
            "audience:toggle": article.pk,
            "pages:seen": article.pk,
            "ads:click": self.ad.pk,
            "upload": "nothing.webp",
        }
        found = {name: [reverse(name, args=[value])] for name, value in slugs.items()}
        found["articles:archive-month"] = [
            reverse("articles:archive-month", args=[day.year, day.month])
        ]
        mailed = {
            "own": [comment.public_id],
            "confirm": [self.commenter.pk, comment.public_id],
            "person": [self.commenter.pk],
            "replies": [self.commenter.pk],
            "moderate": [comment.pk, self.moderator.pk, "approve"],
            "ban": [Ban.objects.get().pk],
            "report": [Report.objects.get().pk],
        }
        for name, purpose in LINKS.items():
            token = make_token(purpose, *mailed[purpose])
            found[f"comments:{name}"] = [reverse(f"comments:{name}", args=[token])]
        shared = ShareLink.objects.get_or_create(article=article)[0]
        found["articles:shared"] = [shared.get_absolute_url()]
        for name in ("discussion", "stamp", "mine", "matter", "atom"):
            found[f"comments:{name}"] = [
                reverse(f"comments:{name}", args=["article", article.pk]),
                reverse(f"comments:{name}", args=["company", self.company.pk]),
            ]
        parts = (
            *("articles", "editions", "companies", "technologies", "metrics", "facts"),
            *("sections", "topics", "authors", "pages"),
        )
        figure = self.fact.public_id
        found["comments:challenge"] = [
            reverse("comments:challenge", args=["article", article.pk, figure]),
            reverse("comments:challenge", args=["company", self.company.pk, figure]),
        ]
        found["sitemap-part"] = [reverse("sitemap-part", args=[part]) for part in parts]
        list_of, frozen = self.edition.article.slug, self.edition.slug
        found["articles:edition"] = [reverse("articles:edition", args=[list_of, frozen])]
        pair = f"?c={self.company.slug}&c={self.other.slug}"
        found["compare"] = [reverse("compare"), reverse("compare") + pair]
        metric = reverse("open:metric", args=[self.fact.metric.key])
        found["open:metric"] = [metric, f"{metric}?sort=-value"]
        found["corrections:log"] = [
            reverse("corrections:log") + query for query in ("", "?kind=correction")
        ]
        found["search:search"] = [f"/search/?q={q}" for q in ("", WORD, "story", "open", "company")]
        return found | {name: [reverse(name)] for name in public_names() - found.keys()}


def public_names(resolver=None, namespace="") -> set:
    names = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if not isinstance(pattern, URLResolver):
            names.add(namespace + pattern.name)
        elif str(pattern.pattern) != "admin/":
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            names |= public_names(pattern, inner)
    return names
