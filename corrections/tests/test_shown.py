"""The log tells what readers saw, and every change of it has its name."""

import pytest
from django.core.exceptions import ValidationError
from factory.django import mute_signals

from accounts.factories import UserFactory
from articles import publishing as texts
from articles.factories import UPDATE, ArticleFactory, AuthorFactory
from articles.models import Article, ListEntry
from articles.publishing import quoting, shown, snapshots
from companies import merging
from corrections.models import NOTE, Correction
from corrections.publishing import publish_correction, redact, withdraw
from facts import publishing as facts
from facts.factories import FactFactory, SourceFactory

pytestmark = pytest.mark.django_db
ADDRESS = "faktum/margin"
Change = texts.Change


@pytest.fixture
def editor():
    return UserFactory(is_superuser=True)


@pytest.fixture
def fact():
    return FactFactory(company__slug="faktum", metric__key="margin", amount=75_000_000)


@pytest.fixture
def act(django_capture_on_commit_callbacks):
    """Does something, and what follows from it."""

    def acting(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return acting


def written(body, **values):
    return ArticleFactory(body=body, authors=[AuthorFactory()], **values)


def rewrite(article, by, **content):
    return texts.save_revision(article, snapshots.of(article) | content, by=by)


def sentences(version):
    return version.sentences[2:]


def newer(fact, act, by, amount=90_000_000):
    return act(facts.update, fact, by=by, source=SourceFactory(), amount=amount)


# What is kept.


def test_first_publication_keeps_its_sentences_with_their_figures(editor, fact):
    article = written(
        f"It had [](fact:{ADDRESS}). It grew.", draft=True, title="T", standfirst="S."
    )
    texts.publish(article, by=editor)
    version = article.versions.get()
    assert version.sentences == ["T", "S.", "It had 75 million (undated).", "It grew."]
    assert (version.change, version.by, version.figures) == ("first", editor, [[fact.pk, False]])


def test_content_is_read_as_its_row_is_once_it_is_published(editor, fact):
    article = written(f"It had [75](fact:{ADDRESS}), [](fact:{ADDRESS}).", draft=True)
    texts.publish(article, by=editor)
    content = snapshots.of(Article.objects.get())
    assert shown.read_content(content) == (article.versions.get().sentences, [fact.pk] * 2)


def test_text_published_before_versions_were_kept_is_kept_before_it_goes(editor):
    article = written("It was so.")
    rewrite(article, editor, body="It is so.")
    texts.publish(article, by=editor, change=UPDATE)
    assert [sentences(one) for one in article.versions.order_by("pk")] == [
        ["It was so."],
        ["It is so."],
    ]
    assert article.versions.newest().change == "update"


def test_what_readers_have_seen_is_never_changed(editor):
    article = written("It was so.", draft=True)
    texts.publish(article, by=editor)
    version = article.versions.get()
    version.sentences = []
    with pytest.raises(ValidationError):
        version.save()


def test_version_that_nobody_has_seen_goes_with_its_hour(editor):
    article = written("It will be so.", scheduled=True)
    texts.publish(article, by=editor)
    assert not article.versions.seen().exists()
    texts.unpublish(article, by=editor)
    assert not article.versions.exists()


# What a change is called.


def test_changed_sentence_that_readers_have_seen_is_not_published_without_a_name(editor):
    article = written("Faktum counted.")
    rewrite(article, editor, body="Faktum **never** counted.")
    with pytest.raises(texts.Unnamed):
        texts.publish(article, by=editor)
    assert Article.objects.get().body == "Faktum counted."


def test_withdrawing_it_is_no_way_round_the_name(editor):
    article = written("Faktum counted.")
    texts.withdraw(article, by=editor)
    rewrite(article, editor, body="Faktum never counted.")
    with pytest.raises(ValidationError):
        texts.publish(article, by=editor)
    texts.publish(article, by=editor, change=texts.Change("reinstatement", "It was never so."))
    assert article.corrections.get().changes[0]["after"] == "Faktum never counted."


@pytest.mark.parametrize("content", [{"slug": "another"}, {"body": "Faktum  *counted*."}])
def test_change_of_what_readers_do_not_read_needs_no_name(editor, content):
    article = written("Faktum counted.")
    rewrite(article, editor, **content)
    texts.publish(article, by=editor)
    assert not Correction.objects.exists()


@pytest.mark.parametrize("trait", ["draft", "scheduled"])
def test_what_nobody_has_seen_changes_without_a_name(editor, trait):
    article = written("Faktum counted.", **{trait: True})
    rewrite(article, editor, body="Faktum never counted.")
    texts.publish(article, by=editor)
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It has 75 offices.", "It has 57 offices."),
        ("It has 7.5 %.", "It has 75 %."),
        ("It has 7.5 %.", "It has 7.5 ‰."),
        ("Its margin is −12.5 %.", "Its margin is 12.5 %."),
        ("It has 1.4 million users.", "It has 1.4 billion users."),
        ("It has two billion users.", "It has three billion users."),
        ("It made €5 million.", "It made £5 million."),
        ("It has more than 5 offices.", "It has fewer than 5 offices."),
        (
            f"{'It grows and ' * 40}has two million users.",
            f"{'It grows and ' * 40}has two billion users.",
        ),
    ],
)
def test_slip_of_the_pen_moves_no_number(editor, before, after):
    article = written(before)
    rewrite(article, editor, body=after)
    with pytest.raises(ValidationError, match="no slip of the pen"):
        texts.publish(article, by=editor, change=Change("minor"))


def test_slip_of_the_pen_is_of_numbers_in_the_language_of_the_text(editor):
    article = written("Es hat zwei Millionen Nutzer.", language="de")
    rewrite(article, editor, body="Es hat drei Millionen Nutzer.")
    with pytest.raises(ValidationError, match="no slip of the pen"):
        texts.publish(article, by=editor, change=Change("minor"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It has moer than 5 million users.", "It has more than 5 million users."),
        ("It has -5 % and 1 in 5 ofices.", "It has −5 % and 1 in 5 offices."),
        ("It has 5 milion-dollar dolars.", "It has 5 milion-dollar dollars."),
        ("One of them has teh two.", "One of them has the two."),
        ("It stood from 2019-2020.", "It stood from 2019–2020."),
        ("Much of it is so.", "Many of them are so."),
    ],
)
def test_slip_of_the_pen_may_stand_beside_a_number(editor, before, after):
    article = written(before)
    rewrite(article, editor, body=after)
    texts.publish(article, by=editor, change=Change("minor"))
    assert sentences(article.versions.newest()) == [after]


def test_slip_of_the_pen_stands_in_the_versions_and_not_in_the_log(editor):
    article = written("It has 75 ofices.")
    rewrite(article, editor, body="It has 75 offices.")
    publish_correction(article, kind="minor", note="", by=editor)
    version = article.versions.newest()
    assert (version.change, sentences(version)) == ("minor", ["It has 75 offices."])
    assert not Correction.objects.exists()


@pytest.mark.parametrize("kind", ["update", "clarification", "minor"])
def test_wrong_figure_that_leaves_the_text_is_a_correction(editor, act, fact, kind):
    article = written(f"It had [many](fact:{ADDRESS}) users.")
    act(facts.deprecate, fact, reason="Misread.", by=editor)
    rewrite(article, editor, body="It had few users.")
    with pytest.raises(ValidationError, match="that is a correction"):
        texts.publish(article, by=editor, change=Change(kind, "It had few."))
    texts.publish(article, by=editor, change=Change("correction", "It had few."))
    assert Correction.objects.filter(note="It had few.").get().kind == "correction"


# What figures do by themselves.


def test_newer_live_figure_is_an_update_that_names_both(editor, act, fact):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    new = newer(fact, act, editor)
    correction = article.corrections.get()
    assert correction.kind == "update"
    assert (correction.fact_before, correction.fact_after) == (fact, new)
    assert correction.changes == [
        {
            "before": "It has 75 million (undated) users.",
            "after": "It has 90 million (undated) users.",
        }
    ]
    assert "90 million" in correction.note
    assert article.versions.newest().change == "update"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "90 (undated); another source says 75 (undated)."),
        ("de", "eine andere Quelle sagt 75"),
    ],
)
def test_live_figure_that_a_rival_replaces_is_told_as_disputed_and_not_as_earlier(
    editor, act, language, told
):
    fact = FactFactory(company__slug="faktum", metric__key="margin", amount=75)
    article = written(f"[](fact:{ADDRESS}).", language=language)
    rival = FactFactory(company=fact.company, metric=fact.metric, amount=90, draft=True)
    act(facts.publish, rival, by=editor, reason="Both have to be shown.")
    assert told in article.corrections.get().note
    # A later one of its own source is newer than both.
    later = newer(rival, act, editor, amount=95)
    assert told.partition("75")[0].removeprefix("90") not in article.corrections.first().note
    assert article.corrections.first().fact_after == later


def test_withdrawn_live_figure_is_a_correction_that_says_why(editor, act, fact):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    act(facts.deprecate, fact, reason="Misread.", by=editor)
    correction = article.corrections.get()
    assert (correction.kind, correction.fact_before) == ("correction", fact)
    assert "Misread." in correction.note
    assert correction.changes[0]["before"] == "It has 75 million (undated) users."


def test_note_that_follows_from_a_figure_is_in_the_language_of_the_text(editor, act, fact):
    article = written(f"Es hat [](fact:{ADDRESS}) Nutzer.", language="de")
    act(facts.deprecate, fact, reason="Misread.", by=editor)
    assert "war falsch. Misread." in article.corrections.get().note


def test_withdrawn_live_figure_gives_way_to_another_as_a_correction(editor, act, fact):
    older = FactFactory(company=fact.company, metric=fact.metric, amount=60_000_000)
    new = newer(older, act, editor)
    article = written(f"It has [](fact:{ADDRESS}) users.")
    assert "90 million" in article.body_text
    act(facts.deprecate, new, reason="Misread.", by=editor)
    correction = article.corrections.get()
    assert (correction.kind, correction.fact_before) == ("correction", new)
    assert correction.fact_after in (fact, older)


def test_newer_figure_beside_pinned_words_changes_nothing(editor, act, fact):
    article = written(f"It has [75 million](fact:{ADDRESS}) users.")
    newer(fact, act, editor)
    assert not article.corrections.exists()


def test_figure_that_changed_before_the_worker_came_is_on_record_before_the_next_text(
    editor, fact, queue
):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    queue()
    facts.update(fact, by=editor, source=SourceFactory(), amount=90_000_000)
    rewrite(article, editor, body="It has no users.")
    texts.publish(article, by=editor, change=Change("clarification", "None."))
    queue()
    changes = [one.changes[0] for one in article.corrections.order_by("pk")]
    assert [change["before"] for change in changes] == [
        "It has 75 million (undated) users.",
        "It has 90 million (undated) users.",
    ]
    assert changes[0]["after"] == changes[1]["before"]


def test_figure_that_changes_while_a_text_is_withdrawn_is_told_when_it_comes_back(
    editor, act, fact
):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    withdraw(article, note="It is looked at.", by=editor)
    newer(fact, act, editor)
    assert [row.kind for row in article.corrections.all()] == ["withdrawal"]
    publish_correction(article, kind="reinstatement", note="It stands.", by=editor)
    back = article.corrections.first()
    assert back.kind == "reinstatement"
    assert back.changes == [
        {
            "before": "It has 75 million (undated) users.",
            "after": "It has 90 million (undated) users.",
        }
    ]


def test_closed_profile_changes_the_sentence_and_stands_in_no_log(editor, act, fact):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    fact.company.is_public = False
    act(fact.company.save)
    assert not article.corrections.exists()
    assert article.versions.newest().change == "minor"


# What changed more than once before the worker came.


def told(article):
    """Each version but the first with its class and what it said."""
    versions = article.versions.order_by("pk")[1:]
    return [(version.change, " ".join(sentences(version))) for version in versions]


def test_each_change_before_the_worker_came_has_its_version_and_row(
    client, editor, act, fact, queue
):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    queue()
    second = newer(fact, act, editor)
    was_read = client.get(article.get_absolute_url()).text
    third = newer(second, act, editor, amount=95_000_000)
    queue()
    assert ">90 million</data>" in was_read
    assert told(article) == [
        ("update", "It has 90 million (undated) users."),
        ("update", "It has 95 million (undated) users."),
    ]
    rows = article.corrections.order_by("pk")
    assert [(row.fact_before, row.fact_after) for row in rows] == [(fact, second), (second, third)]
    assert [row.changes[0]["before"] for row in rows] == [
        "It has 75 million (undated) users.",
        "It has 90 million (undated) users.",
    ]
    history = client.get(f"{article.get_absolute_url()}history/").text
    assert "90 million" in history
    assert article.versions.newest().shown_at == third.events.first().recorded_at


def test_value_that_came_and_went_before_the_worker_is_on_record(editor, act, fact, queue):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    queue()
    wrong = newer(fact, act, editor)
    act(facts.deprecate, wrong, reason="Misread.", by=editor)
    queue()
    assert told(article) == [
        ("update", "It has 90 million (undated) users."),
        ("correction", "It has 75 million (undated) users."),
    ]
    correction = article.corrections.first()
    assert (correction.fact_before, correction.fact_after) == (wrong, fact)
    assert "90 million (undated) was wrong. Misread." in correction.note


def test_what_readers_saw_at_once_is_one_version(editor, act, fact, queue):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    queue()

    def update_twice():
        second = facts.update(fact, by=editor, source=SourceFactory(), amount=90_000_000)
        facts.update(second, by=editor, source=SourceFactory(), amount=95_000_000)

    act(update_twice)
    queue()
    assert told(article) == [("update", "It has 95 million (undated) users.")]


def test_check_between_two_changes_is_no_version(editor, act, fact, queue):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    queue()
    act(facts.verify, fact, by=editor)
    second = newer(fact, act, editor)
    act(facts.verify, second, by=editor)
    newer(FactFactory(company=fact.company), act, editor)
    queue()
    assert told(article) == [("update", "It has 90 million (undated) users.")]


def test_what_was_followed_is_not_kept_again(editor, act, fact, queue):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    queue()
    second = newer(fact, act, editor)
    queue()
    third = newer(second, act, editor, amount=95_000_000)
    newer(third, act, editor, amount=99_000_000)
    queue()
    assert [words for _change, words in told(article)] == [
        "It has 90 million (undated) users.",
        "It has 95 million (undated) users.",
        "It has 99 million (undated) users.",
    ]


def test_text_that_was_written_after_a_change_never_said_what_was_before(editor, act, fact, queue):
    second = newer(fact, act, editor)
    third = newer(second, act, editor, amount=95_000_000)
    article = written(f"It has [](fact:{ADDRESS}) users.")
    newer(third, act, editor, amount=99_000_000)
    queue()
    assert told(article) == [("update", "It has 99 million (undated) users.")]


def test_change_before_a_profile_was_closed_is_on_record(editor, act, fact, queue):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    queue()
    newer(fact, act, editor)
    for is_public in (False, True):
        fact.company.is_public = is_public
        act(fact.company.save)
    queue()
    assert told(article) == [
        ("update", "It has 90 million (undated) users."),
        ("minor", "It has (a figure no longer shown) users."),
        ("minor", "It has 90 million (undated) users."),
    ]


def test_change_before_a_merge_is_on_record(editor, act, fact, queue):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    other = FactFactory(metric=fact.metric, amount=11_000_000, company__slug="other")
    beside = written("It has [](fact:other/margin) users.")
    queue()
    newer(fact, act, editor)
    newer(other, act, editor, amount=12_000_000)
    act(merging.merge, fact.company, other.company, by=editor, reason="One company.")
    queue()
    assert told(article)[0] == ("update", "It has 90 million (undated) users.")
    assert told(beside)[0] == ("update", "It has 12 million (undated) users.")


def test_change_before_a_withdrawal_is_on_record(editor, act, fact, queue):
    article = written(f"It has [](fact:{ADDRESS}) users.")
    queue()
    second = newer(fact, act, editor)
    withdraw(article, note="It is looked at.", by=editor)
    newer(second, act, editor, amount=95_000_000)
    queue()
    assert told(article) == [("update", "It has 90 million (undated) users.")]


def test_changes_of_figures_in_title_and_list_are_told_apart(editor, act, fact, queue):
    other = FactFactory(company=fact.company, metric__key="staff", amount=10)
    article = written("It is so.", title=f"[](fact:{ADDRESS})", kind="list")
    ListEntry.objects.create(
        article=article, company=fact.company, heading="H", blurb="[](fact:faktum/staff)."
    )
    article.save()
    queue()
    newer(fact, act, editor)
    newer(other, act, editor, amount=11)
    queue()
    kept = article.versions.order_by("pk")[1:]
    assert [(one.sentences[0], one.sentences[-2]) for one in kept] == [
        ("90 million (undated)", "10 (undated)."),
        ("90 million (undated)", "11 (undated)."),
    ]


@pytest.mark.parametrize("number", [1, 4])
def test_many_changes_are_followed_in_as_many_queries_for_many_articles(
    editor, act, fact, queue, number, django_assert_max_num_queries
):
    articles = [written(f"It has [](fact:{ADDRESS}) users.") for _n in range(number)]
    queue()
    for amount in (90, 95, 99):
        fact = newer(fact, act, editor, amount=amount)
    pks = [article.pk for article in articles]
    # What each row of the log asks is another matter.
    with mute_signals(shown.version_kept), django_assert_max_num_queries(28):
        quoting.refresh_texts(pks)
    assert [len(told(article)) for article in articles] == [3] * number


# What was blacked out.


@pytest.fixture
def correction(editor):
    article = written("It is big. Ada lives in Bath. It has 75 offices.")
    rewrite(article, editor, body="It is big. Ben lives in Bath. It has 57 offices.")
    return publish_correction(article, kind="correction", note="Ben, not Ada.", by=editor)


def test_what_is_blacked_out_twice_keeps_its_first_reason(editor, correction):
    redact(correction, 0, reason="A private address", by=editor)
    redact(correction, 0, reason="Said better", by=editor)
    (change, other) = Correction.objects.get().shown_changes
    assert change.redacted == "A private address; Said better"
    assert not other.redacted


def test_sentences_blacked_out_in_the_log_are_so_in_the_versions(editor, correction):
    redact(correction, 0, reason="A private address", by=editor)
    for version in correction.article.versions.all():
        assert "[A private address]" in version.shown_sentences
        assert not [one for one in version.shown_sentences if "Bath" in one]
        assert "It is big." in version.shown_sentences


@pytest.mark.parametrize("which", [0, 1])
def test_sentence_that_is_blacked_out_is_so_in_every_row_of_its_page(client, editor, which):
    article = written("It is big. It has 75 offices.")
    for body in ("It is big. Ada lives in Bath.", "It is big.", "It is small."):
        rewrite(article, editor, body=body)
        publish_correction(article, kind="correction", note="It was not so.", by=editor)
    rows = article.corrections.order_by("pk")
    redact(rows[which], 0, reason="A private address", by=editor)
    for url in (
        "/corrections/",
        "/feeds/corrections.atom",
        f"{article.get_absolute_url()}history/",
    ):
        assert "Ada" not in client.get(url).text, url
    reasons = [[change.redacted for change in row.shown_changes] for row in rows]
    assert reasons == [["A private address"], ["A private address"], [""]]


def test_sentence_that_is_blacked_out_is_so_where_a_row_is_cut_in_it(client, editor):
    article = written("It is small.")
    long, sentence = "It grows. " * 97, "Ada lives in Bath with all her cats."
    for body in (f"It is big. {long}{sentence}", f"It is big. {long}"):
        rewrite(article, editor, body=body)
        publish_correction(article, kind="correction", note="It was not so.", by=editor)
    assert "Ada lives in Ba" in article.corrections.last().changes[0]["after"]
    redact(article.corrections.first(), 0, reason="A private address", by=editor)
    assert "Ada" not in client.get("/corrections/").text


def test_note_can_be_blacked_out_wherever_it_stands(client, editor, correction):
    redact(correction, NOTE, reason="A private name", by=editor)
    article = correction.article
    for url in (article.get_absolute_url(), "/corrections/", "/feeds/corrections.atom"):
        html = client.get(url).content.decode()
        assert "Ben, not Ada." not in html, url
        assert "A private name" in html, url
    assert article.versions.newest().shown_note == "[A private name]"
