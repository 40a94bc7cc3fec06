import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory, TopicFactory
from articles.models import Article
from companies.factories import TechnologyFactory
from desk import actions, sync
from desk.factories import ReviewTaskFactory
from desk.models import ReviewTask
from desk.tests.test_rules import DAY, dated, link, newer
from facts import publishing
from facts.factories import FactFactory
from facts.models import Fact

pytestmark = pytest.mark.django_db

LIST = "/admin/desk/reviewtask/"
Resolution = ReviewTask.Resolution


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(username="chief", groups=["Editor"]))
    return client


def page(task):
    return reverse("admin:desk_reviewtask_change", args=[task.pk])


def superseded(words="more than 75 million", **kwargs):
    old = dated(100, amount=75_000_000)
    ArticleFactory(body=link(old, words), authors=[AuthorFactory()], **kwargs)
    newer(old, amount=90_000_000)
    sync.rebuild()
    return ReviewTask.objects.get(fact=old)


def stale():
    fact = dated(100, metric__shelf_life_days=30, amount=12)
    sync.rebuild()
    return ReviewTask.objects.get(fact=fact)


def text_of(response):
    assert response.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.text)))


def last(task):
    return ReviewTask.objects.get(pk=task.pk)


# The list


def test_list_shows_the_sentence_and_both_figures(editor):
    task = superseded(title="A title")
    response = editor.get(LIST)
    assert "It has <b>more than 75 million</b> users." in response.text
    told = text_of(response)
    assert "A title" in told
    assert "75 million" in told
    assert "90 million" in told
    assert page(task) in response.text


def test_list_puts_the_most_urgent_first_and_leaves_out_what_is_put_off_or_done(editor):
    by = UserFactory()
    low, high = ReviewTaskFactory(score=1), ReviewTaskFactory(score=2)
    done = actions.keep(ReviewTaskFactory(), by=by, note="It stays.")
    snoozed = actions.snooze(ReviewTaskFactory(), until=timezone.localdate() + DAY, by=by)

    def shown(query=""):
        listed = editor.get(LIST + query).context["cl"].result_list
        return [task.pk for task in listed]

    assert shown() == [high.pk, low.pk]
    assert shown("?state=snoozed") == [snoozed.pk]
    assert shown("?state=done") == [done.pk]
    log = text_of(editor.get(f"{LIST}?state=done"))
    assert by.username in log
    assert "It stays." in log


def test_list_is_filtered_by_kind_and_section(editor):
    section = SectionFactory()
    task = ReviewTaskFactory(superseded=True, article__section=section, article__title="Odd")
    ReviewTaskFactory(superseded=True)
    other = ReviewTaskFactory()

    def shown(query):
        return [row.pk for row in editor.get(LIST + query).context["cl"].result_list]

    assert shown(f"?section={section.pk}") == [task.pk]
    assert shown("?kind__exact=stale") == [other.pk]
    assert len(shown("?section=x")) == 3
    assert shown("?q=odd") == [task.pk]


def test_list_of_many_asks_no_more_than_a_list_of_few(editor, django_assert_max_num_queries):
    ReviewTaskFactory(superseded=True)
    editor.get(LIST)
    for _n in range(15):
        ReviewTaskFactory(superseded=True)
        ReviewTaskFactory()
    with django_assert_max_num_queries(9):
        assert len(editor.get(LIST).context["cl"].result_list) == 31


def test_list_is_answered_from_its_rows(editor):
    task = superseded()
    button = re.search(r'formaction="([^"]+)" name="(_keep)"', editor.get(LIST + "?q=x75").text)
    assert button is None
    button = re.search(r'formaction="([^"]+)" name="(_keep)"', editor.get(LIST).text)
    response = editor.post(html.unescape(button[1]), {"_keep": "", "action": ""})
    assert response.url == LIST
    assert last(task).resolution == Resolution.KEPT


def test_filters_are_kept_on_the_way_through_a_task(editor):
    ReviewTaskFactory()
    listed = editor.get(LIST, {"kind__exact": "stale", "state": "snoozed"})
    assert listed.status_code == 200
    text = editor.get(LIST, {"kind__exact": "stale"}).text
    url = html.unescape(re.search(r'formaction="([^"]+)"', text)[1])
    assert editor.post(url, {"_keep": ""}).url == f"{LIST}?kind__exact=stale"


@pytest.mark.parametrize(
    ("action", "state", "resolution"),
    [("keep_selected", "done", "kept"), ("snooze_selected", "open", "")],
)
def test_many_are_answered_at_once(editor, action, state, resolution):
    tasks = [ReviewTaskFactory() for _n in range(3)]
    chosen = [task.pk for task in tasks[:2]]
    editor.post(LIST, {"action": action, "_selected_action": chosen})
    for task in tasks[:2]:
        assert (last(task).state, last(task).resolution) == (state, resolution)
        assert last(task).decided_by.username == "chief"
    assert ReviewTask.objects.waiting().get() == tasks[2]


def test_many_are_verified_and_others_are_named(editor):
    old, other = stale(), superseded()
    pks = [old.pk, other.pk]
    response = editor.post(
        LIST, {"action": "verify_selected", "_selected_action": pks}, follow=True
    )
    assert last(old).resolution == Resolution.VERIFIED
    assert last(other).state == "open"
    assert "1 question answered." in text_of(response)
    assert "1 not answered: That is no answer to this question." in text_of(response)


# One question


def test_page_shows_the_sentence_before_and_after_and_what_the_figures_rest_on(editor):
    task = superseded()
    task.other.references.update(quote="Our ninety million accounts")
    response = editor.get(page(task))
    assert "It has <b>more than 75 million</b> users." in response.text
    assert 'value="more than 90 million"' in response.text
    assert "Our ninety million accounts" in text_of(response)
    assert reverse("admin:articles_article_change", args=[task.article_id]) in response.text


def test_refresh_from_the_page_publishes_the_words_typed(editor):
    task = superseded()
    response = editor.post(page(task), {"_refresh": "", "words_0": "over 90 million"}, follow=True)
    assert "Done: refreshed" in text_of(response)
    article = Article.objects.get(pk=task.article_id)
    assert "[over 90 million](" in article.body
    assert last(task).resolution == Resolution.REFRESHED
    assert article.revisions.first().author.username == "chief"


def test_refused_refresh_says_why_and_keeps_what_was_typed(editor):
    task = superseded()
    Article.objects.filter(pk=task.article_id).update(body="Nothing of it.")
    response = editor.post(page(task), {"_refresh": "", "words_0": "over 90", "note": "So."})
    told = text_of(response)
    assert "The live text quotes this figure no more." in told
    assert 'value="over 90"' in response.text
    assert 'value="So."' in response.text
    assert last(task).state == "open"


def test_snooze_that_is_too_long_is_refused_with_all_that_was_typed(editor):
    task, until = ReviewTaskFactory(), timezone.localdate() + 91 * DAY
    typed = {"_snooze": "", "until": until.isoformat(), "note": "Some day."}
    told = editor.post(page(task), typed).text
    assert "Put it off by 90 days at most." in told
    assert f'value="{until.isoformat()}"' in told
    assert "Some day." in told
    assert last(task).snoozed_until is None


def test_keep_with_a_note_and_snooze_until_a_day(editor):
    kept, snoozed = ReviewTaskFactory(), ReviewTaskFactory()
    editor.post(page(kept), {"_keep": "", "note": "A look back."})
    assert (last(kept).note, last(kept).resolution) == ("A look back.", Resolution.KEPT)
    response = editor.post(page(snoozed), {"_snooze": "", "until": ""})
    assert "needs something in the field “Until”" in text_of(response)
    until = timezone.localdate() + 10 * DAY
    editor.post(page(snoozed), {"_snooze": "", "until": until.isoformat(), "note": "Wait."})
    assert (last(snoozed).snoozed_until, last(snoozed).note) == (until, "Wait.")
    assert "Wait." in text_of(editor.get(page(snoozed)))


def test_stale_figure_is_verified_from_its_page(editor):
    task = stale()
    before = timezone.now()
    editor.post(page(task), {"_verify": ""})
    assert Fact.objects.get(pk=task.fact_id).verified_at > before
    assert last(task).resolution == Resolution.VERIFIED


def test_two_figures_are_told_apart_with_a_reason(editor):
    first = dated(10, amount=100)
    dated(10, amount=200, company=first.company, metric=first.metric)
    sync.rebuild()
    task = ReviewTask.objects.get()
    response = editor.post(page(task), {"_not_same": "", "note": ""})
    assert "needs something in the field “Note”" in text_of(response)
    editor.post(page(task), {"_not_same": "", "note": "One counts guests."})
    assert last(task).resolution == Resolution.DISTINCT


def test_answered_question_is_shown_and_answered_no_more(editor):
    task = actions.keep(superseded(), by=UserFactory(username="other"), note="A look back.")
    told = text_of(editor.get(page(task)))
    assert "by other" in told
    assert "A look back." in told
    response = editor.post(page(task), {"_keep": "", "note": "Mine."})
    assert "Somebody has answered this already." in text_of(response)
    assert last(task).note == "A look back."


def test_each_kind_has_its_page(editor):
    gone = FactFactory(references=None)
    bare = ArticleFactory()
    Article.objects.filter(pk=bare.pk).update(
        naked_figures=[{"text": "12 %", "sentence": "It has 12 % of it."}]
    )
    wrong = superseded()
    publishing.deprecate(wrong.fact, reason="A slip.", by=None)
    sync.rebuild()
    stale()
    superseded()
    ReviewTaskFactory(
        kind="contradiction", fact=gone, other=FactFactory(company=gone.company), target="fact:x"
    )
    ReviewTaskFactory(kind="renamed", fact=None, metric=gone.metric, target="metric:x")
    kinds = {task.kind: text_of(editor.get(page(task))) for task in ReviewTask.objects.open()}
    assert set(kinds) == set(ReviewTask.Kind.values)
    assert "It names no source." in kinds["source"]
    assert "It has 12 % of it." in kinds["unsourced"]
    assert "Withdrawn: A slip." in kinds["deprecated"]


def test_contradiction_shows_where_its_figures_are_quoted(editor):
    fact = FactFactory()
    ArticleFactory(body=f"It has {link(fact)} of them.")
    other = FactFactory(company=fact.company)
    task = ReviewTaskFactory(kind="contradiction", fact=fact, other=other, target="fact:x")
    assert "of them." in text_of(editor.get(page(task)))


# Who may


def test_writer_sees_no_questions(client):
    client.force_login(UserFactory(groups=["Writer"]))
    task = superseded()
    assert client.get(LIST).status_code == 403
    assert client.get(page(task)).status_code == 403
    assert client.post(page(task), {"_keep": ""}).status_code == 403
    assert last(task).state == "open"


@pytest.mark.parametrize(
    ("lacking", "answer", "make"),
    [
        ("publish_article", "refresh", superseded),
        ("publish_fact", "verify", stale),
        ("change_reviewtask", "keep", stale),
    ],
)
def test_answer_that_one_may_not_give_is_neither_offered_nor_taken(client, lacking, answer, make):
    from django.contrib.auth.models import Group, Permission

    user = UserFactory()
    allowed = Permission.objects.filter(group=Group.objects.get(name="Editor"))
    user.user_permissions.set(allowed.exclude(codename=lacking))
    client.force_login(user)
    task = make()
    assert f'name="_{answer}"' not in client.get(page(task)).text
    assert client.post(page(task), {f"_{answer}": "", "words_0": "90"}).status_code == 403
    assert last(task).state == "open"


def test_questions_are_neither_made_nor_deleted_by_hand(editor):
    task = ReviewTaskFactory()
    assert editor.get(f"{LIST}add/").status_code == 403
    assert editor.post(f"{LIST}{task.pk}/delete/", {"post": "yes"}).status_code == 403
    assert editor.get(f"{LIST}999999/change/").status_code == 302
    assert last(task) == task


def test_question_before_a_deletion_names_no_index_and_no_links(admin_client, eager_tasks):
    topic, technology = TopicFactory(), TechnologyFactory()
    article = ArticleFactory(topics=[topic], draft=True)
    index_entries = technology.index_entries
    assert index_entries.exists()
    for row in (topic, technology, article):
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_delete", args=[row.pk])
        text = admin_client.get(url).text
        assert str(row) in text
        assert not re.search("index entr|fts|relationship", text, re.IGNORECASE)
