"""Texts of other languages on every kind of page: each runs its own way, the interface its own."""

import pytest
from django.urls import reverse

from ads.factories import AdFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory, TopicFactory
from articles.models import Article, Ranking
from articles.pages import editions
from articles.publishing import snapshots
from comments.factories import CommentFactory, DiscussionFactory
from companies.factories import CompanyFactory, IndustryFactory, TechnologyFactory
from corrections.factories import CorrectionFactory
from facts.factories import (
    FactFactory,
    MetricFactory,
    ReferenceFactory,
    SourceFactory,
    TechUseFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

# A title that begins with a name in Latin letters, and two sentences.
WORDS = {
    "ar": ("Spotify تكبر", "هذه جملة قصيرة.", "وهذه جملة أخرى."),
    "fa": ("Spotify بزرگ می‌شود", "این یک جمله است.", "و این جملهٔ دیگر."),
    "he": ("Spotify גדלה", "זה משפט קצר.", "וזה משפט נוסף."),
    "ur": ("Spotify بڑھ رہا ہے", "یہ ایک جملہ ہے۔", "اور یہ دوسرا جملہ۔"),
    "ja": ("Spotifyが伸びる", "これは短い文です。", "これも文です。"),
    "zh": ("Spotify在增长", "这是一句短话。", "这是另一句。"),
    "hi": ("Spotify बढ़ रहा है", "यह एक वाक्य है।", "यह दूसरा वाक्य है।"),
    "th": ("Spotify เติบโต", "นี่คือประโยค", "นี่ก็เป็นประโยค"),
}
# What stands wrong: text whose letters run otherwise than its element, or are of no language that
# the element names. Whose language nobody knows (names, comments) says its direction only.
WRONG = """() => {
  const scripts = [
    [/[\\u05d0-\\u05ea]/, "rtl", ["he"]],
    [/[\\u0620-\\u06ff]/, "rtl", ["ar", "fa", "ur"]],
    [/[\\u3041-\\u30ff]/, "ltr", ["ja"]],
    [/[\\u4e00-\\u9fff]/, "ltr", ["zh", "ja"]],
    [/[\\u0904-\\u0939]/, "ltr", ["hi"]],
    [/[\\u0e01-\\u0e2e]/, "ltr", ["th"]],
    [/[A-Za-z]/, "ltr", ["en-gb"]],
  ];
  const wrong = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    const script = scripts.find(([letters]) => letters.test(text));
    if (!script || element.closest("script, style, textarea")) continue;
    const direction = getComputedStyle(element).direction;
    const language = element.closest("[lang]").lang;
    const said = script[2].includes(language) || element.closest("bdi, [dir=auto], .comments");
    if (direction !== script[1] || !said) wrong.push([text, direction, language]);
  }
  return wrong;
}"""


@pytest.fixture
def articles():
    """One in each language, about the same things, and a list with an edition."""
    authors = [AuthorFactory(name="ليلى حداد"), AuthorFactory(name="Mara Lindqvist")]
    written = {"name": "عالم", "description": "جملة قصيرة."}
    company = CompanyFactory(industry=IndustryFactory(name="صناعة"), slug="world", **written)
    technology = TechnologyFactory(slug="tool", **written)
    metric = MetricFactory(label="عدد", definition="ما يحسب.", in_words=True)
    source = SourceFactory(title="تقرير", publisher="ناشر")
    fact = FactFactory(company=company, metric=metric, scope="مكان", text="كثير", references=None)
    ReferenceFactory(fact=fact, source=source, quote="كثير جدا")
    count = FactFactory(company=company)
    TechUseFactory(company=company, technology=technology, purpose="سبب")
    links = {"section": SectionFactory(slug="tech", **written)}
    links |= {"topics": [TopicFactory(slug="about", **written)]}
    links |= {"authors": authors, "companies": [company]}
    quotation = f"(fact:{company.slug}/{fact.metric.key}@{fact.public_id})"
    AdFactory(placement="above")
    AdFactory(placement="below", headline=WORDS["ar"][1])
    made = []
    for tag, (title, first, second) in WORDS.items():
        parts = [f"## {first}", second, f"## {second}", f"> {first}", f"## {first}"]
        dead = f"[{second}](#لا)"
        live = f"[](fact:{company.slug}/{count.metric.key})"
        body = "\n\n".join([*parts, f"[{second}]{quotation}", live, dead])
        words = {"title": title, "standfirst": first, "body": body, "language": tag}
        made.append(ArticleFactory(slug=f"story-{tag}", **words, **links))
        CommentFactory(discussion=DiscussionFactory(article=made[-1]), name=second, body=first)
        changes = [{"before": first, "after": second}]
        CorrectionFactory(article=made[-1], note=second, changes=changes)
    words = {"title": "قائمة", "standfirst": "جملة.", "body": "نص.", "language": "ar"}
    ranked = ArticleFactory(kind="list", **words)
    Ranking.objects.create(article=ranked, technology=technology, metric=fact.metric, basis="نص.")
    editions.freeze(ranked, name="June 2026", by=None)
    return made


def addresses(articles):
    arabic = articles[0]
    comment = arabic.discussion.comments.get()
    return [
        *("/", "/articles/", "/search/?q=Spotify", "/search/?q=عالم"),
        *("/corrections/", "/sections/tech/"),
        *("/companies/", "/technologies/", "/technologies/tool/", "/companies/compare/?c=world"),
        *(row.get_absolute_url() for row in (arabic.topics.get(), *arabic.authors.all())),
        *(row.get_absolute_url() for row in articles),
        Article.objects.get(kind="list").get_absolute_url(),
        Article.objects.get(kind="list").editions.get().get_absolute_url(),
        arabic.companies.get().get_absolute_url(),
        arabic.fact_uses.earliest("position").fact.get_absolute_url(),
        reverse("comments:discussion", args=["article", arabic.pk]),
        reverse("comments:discussion", args=["article", arabic.pk]) + f"?reply={comment.public_id}",
        reverse("comments:report", args=[comment.public_id]),
    ]


def desk_addresses(article):
    """Preview, figures and revisions, of which the last two differ in each of the words."""
    title, first, second = WORDS[article.language]
    # Without a link in its source, whose letters are of no language.
    former = snapshots.of(article) | {"body": f"{first} {second}"}
    changed = former | {"title": f"{title} {second}", "standfirst": second, "body": f"> {second}"}
    older, newer = (
        publishing.save_revision(article, content, by=None, note=first).number
        for content in (former, changed)
    )
    desk = f"/admin/articles/article/{article.pk}/"
    return [
        f"{desk}preview/",
        f"{desk}preview/?revision={older}",
        f"{desk}revisions/",
        f"{desk}revisions/{newer}/",
        f"{desk}revisions/compare/?old={older}&new={newer}",
        f"{desk}figures/",
    ]


def forms_of_django(article):
    """One article's form, the list of them all, and what leads away from it."""
    desk = "/admin/articles/article/"
    row = f"{desk}{article.pk}/"
    return [desk, f"{row}change/", f"{row}history/", "/admin/articles/author/"]


def test_every_choice_row_and_way_at_the_desk_runs_as_its_own_words_do(live_server, desk, articles):
    wrong = []
    for address in forms_of_django(articles[0]):
        assert desk.goto(live_server.url + address).ok, address
        wrong += [(address, *one) for one in desk.evaluate(WRONG)]
    assert "\n".join(map(str, wrong)) == ""


def test_every_text_runs_its_own_way_in_previews_and_revisions(live_server, desk, articles):
    wrong = []
    for address in [one for article in articles for one in desk_addresses(article)]:
        assert desk.goto(live_server.url + address).ok, address
        wrong += [(address, *one) for one in desk.evaluate(WRONG)]
    assert "\n".join(map(str, wrong)) == ""


def test_every_text_runs_its_own_way_on_every_public_page(live_server, page, articles):
    wrong = []
    for address in addresses(articles):
        assert page.goto(live_server.url + address).ok, address
        wrong += [(address, *one) for one in page.evaluate(WRONG)]
    assert "\n".join(map(str, wrong)) == ""
