import datetime
import html
import re
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.factories import UserFactory
from articles import publishing as article_publishing
from articles.factories import UPDATE, ArticleFactory, AuthorFactory, ListEntryFactory
from articles.models import Article, FactUse
from articles.publishing import quoting
from core.taskqueue.models import Batch
from facts import publishing
from facts.factories import FactFactory, SourceFactory
from facts.models import Reference

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 6, 30)
ADDRESS = "spotify/paid-subscribers"


@pytest.fixture
def fact():
    return FactFactory(company__slug="spotify", metric__key="paid-subscribers", amount=75_000_000)


@pytest.fixture
def as_editor(client):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


@pytest.fixture
def update(fact, admin_user, django_capture_on_commit_callbacks):
    def to(amount, as_of=DAY):
        with django_capture_on_commit_callbacks(execute=True):
            return publishing.update(
                fact,
                by=admin_user,
                source=SourceFactory(),
                amount=amount,
                as_of=as_of,
                as_of_precision="month",
            )

    return to


def uses(article):
    return list(article.fact_uses.values_list("position", "mode", "fact__amount", "text"))


def page_of(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def test_withdrawn_figure_is_struck_with_its_reason_where_its_source_is_listed(
    client, fact, admin_user
):
    day = {"as_of": DAY, "as_of_precision": "day"}
    now = FactFactory(company=fact.company, metric=fact.metric, amount=124_000_000, **day)
    article = ArticleFactory(body=f"It has [75 million](fact:{ADDRESS}@{fact.public_id}).")
    publishing.deprecate(fact, reason="Misread.", by=admin_user)
    _text, _heading, sources = page_of(client, article).partition('<h2 id="sources">')
    link = f'<a class="fact" href="{fact.get_absolute_url()}">75 million</a>'
    assert f"<s>{link}</s>" in sources
    instead = f'<a class="fact" href="{now.get_absolute_url()}">124 million</a>'
    assert f"withdrawn:</span> Misread. What stands now: {instead}" in sources


def test_saving_records_each_figure_with_its_words_and_its_sentence(fact):
    article = ArticleFactory(
        body=f"Once. It has [75 million](fact:{ADDRESS}) payers. Now it is [](fact:{ADDRESS})."
    )
    assert uses(article) == [
        (0, "pinned", 75_000_000, "75 million"),
        (1, "live", 75_000_000, ""),
    ]
    assert list(article.fact_uses.values_list("sentence", flat=True)) == [
        "It has 75 million payers.",
        "Now it is 75 million (undated).",
    ]


def test_saving_completes_a_pinned_address_and_leaves_a_live_one(fact):
    article = ArticleFactory(body=f"[a](fact:{ADDRESS}) [](fact:{ADDRESS})")
    article.refresh_from_db()
    assert article.body == f"[a](fact:{ADDRESS}@{fact.public_id}) [](fact:{ADDRESS})"


def test_entries_of_a_list_are_quoted_after_its_body(fact, client):
    article = ArticleFactory(kind="list", body=f"[body](fact:{ADDRESS})")
    ListEntryFactory(article=article, company=fact.company, blurb=f"[entry](fact:{ADDRESS})")
    article.save()
    assert [row[3] for row in uses(article)] == ["body", "entry"]
    assert article.entries.get().blurb == f"[entry](fact:{ADDRESS}@{fact.public_id})"
    assert page_of(client, article).count('<data value="75000000">') == 2


def test_saving_again_keeps_the_rows_and_taking_a_figure_out_drops_its_row(fact):
    article = ArticleFactory(body=f"[a](fact:{ADDRESS}) [b](fact:{ADDRESS})")
    first, second = article.fact_uses.values_list("pk", flat=True)
    article.save()
    assert list(article.fact_uses.values_list("pk", flat=True)) == [first, second]
    article.body = "None."
    article.save()
    assert not article.fact_uses.exists()
    assert article.figures == []


def test_new_value_shows_in_live_words_and_is_news_beside_pinned_ones(client, fact, update):
    live = ArticleFactory(body=f"It has [](fact:{ADDRESS}).")
    pinned = ArticleFactory(body=f"It has [75 million](fact:{ADDRESS}).")
    stored = Article.objects.get(pk=pinned.pk)
    assert "newer figure" not in page_of(client, pinned)
    newer = update(90_000_000)
    assert '<data value="90000000">90 million</data>' in page_of(client, live)
    page = page_of(client, pinned)
    assert '<data value="75000000">75 million</data>' in page
    assert "newer figure:" in page
    assert f'<a class="fact" href="{newer.get_absolute_url()}">90 million</a> (June 2026)' in page
    again = Article.objects.get(pk=pinned.pk)
    assert (again.body, again.body_html, again.body_text, again.updated_at) == (
        stored.body,
        stored.body_html,
        stored.body_text,
        stored.updated_at,
    )


def test_figure_that_was_old_when_it_was_written_has_no_news(client, fact, update):
    update(90_000_000)
    body = f"In its first year it had [75 million](fact:{ADDRESS}@{fact.public_id})."
    article = ArticleFactory(body=body)
    assert "newer figure" not in page_of(client, article)
    article.refresh_from_db()
    article.save()
    assert "newer figure" not in page_of(client, article)


def test_newer_value_stays_news_when_the_article_is_saved_again(client, fact, update):
    article = ArticleFactory(body=f"It has [75 million](fact:{ADDRESS}).")
    update(90_000_000)
    article = Article.objects.get(pk=article.pk)
    article.body += " More."
    article.save()
    assert "newer figure" in page_of(client, article)


def test_words_for_machines_follow_a_live_figure(client, fact, update):
    article = ArticleFactory(title="Who pays", body=f"It has [](fact:{ADDRESS}) today.")
    before = article.updated_at
    update(91_500_000)
    article.refresh_from_db()
    assert "91.5 million (June 2026) today" in article.body_text
    assert article.updated_at > before
    assert article.fact_uses.get().fact.amount == 91_500_000
    feed = client.get("/feeds/articles.atom").content.decode()
    assert "91.5 million&lt;/data&gt;" in feed
    assert "June 2026" in feed
    assert article.title in client.get("/search/?q=91.5").content.decode()


def test_withdrawn_figure_says_so_and_a_live_one_has_no_value(
    client, fact, admin_user, django_capture_on_commit_callbacks
):
    article = ArticleFactory(body=f"[75 million](fact:{ADDRESS}) and [](fact:{ADDRESS}).")
    with django_capture_on_commit_callbacks(execute=True):
        publishing.deprecate(fact, reason="Misread.", by=admin_user)
    page = page_of(client, article)
    assert "withdrawn</sup>" in page
    assert "(a figure found wrong)" in page
    article.refresh_from_db()
    assert "75 million (undated)" not in article.body_text
    assert article.fact_uses.count() == 2


def test_figure_of_a_hidden_company_is_words_alone(client, fact):
    article = ArticleFactory(body=f"[75 million](fact:{ADDRESS}) and [](fact:{ADDRESS}).")
    fact.company.is_public = False
    fact.company.save()
    page = page_of(client, article)
    assert '75 million<sup class="as-of">source not shown</sup> and' in page
    assert "and <span>(a figure no longer shown)</span>." in page
    assert "<data" not in page


def test_texts_follow_no_figure_whose_savepoint_is_rolled_back(fact, admin_user, queue):
    ArticleFactory(body=f"It has [](fact:{ADDRESS}).")
    queue()
    with transaction.atomic(), suppress(ZeroDivisionError), transaction.atomic():
        publishing.verify(fact, by=admin_user)
        1 / 0  # noqa: B018 - rolls the savepoint back
    assert queue() == 0
    assert not Batch.objects.exists()


def test_texts_that_quote_a_changed_figure_are_refreshed_by_tasks_that_name_them(
    fact, update, queue, monkeypatch
):
    quoting_it = ArticleFactory(title="Quotes it live", body=f"It has [](fact:{ADDRESS}).")
    ArticleFactory(title="Pins it", body=f"It has [75 million](fact:{ADDRESS}).")
    queue()
    update(amount=90_000_000)
    quoting_it.refresh_from_db()
    assert "75 million" in quoting_it.body_text
    queue()
    quoting_it.refresh_from_db()
    assert "90 million" in quoting_it.body_text
    batch = Batch.objects.get(reference=fact.batch_reference)
    assert [item.label for item in batch.items.all()] == ["Quotes it live"]
    assert batch.is_over


def test_two_changes_of_a_figure_before_the_worker_comes_are_followed_once(fact, update, queue):
    ArticleFactory(body=f"It has [](fact:{ADDRESS}).")
    queue()
    update(amount=80_000_000)
    publishing.verify(fact, by=None)
    assert Batch.objects.count() == 1
    queue()
    publishing.verify(fact, by=None)
    assert Batch.objects.count() == 2


def test_figure_that_no_text_shows_live_starts_nothing(fact, update, queue):
    ArticleFactory(body=f"It has [75 million](fact:{ADDRESS}).")
    queue()
    update(amount=90_000_000)
    queue()
    assert not Batch.objects.exists()


def test_text_that_cannot_be_refreshed_is_named_and_the_others_follow(
    fact, update, queue, monkeypatch
):
    bad = ArticleFactory(title="Broken", body=f"It has [](fact:{ADDRESS}).")
    good = ArticleFactory(title="Sound", body=f"It has [](fact:{ADDRESS}).")
    queue()
    update(amount=90_000_000)
    refresh = quoting.refresh_texts

    def refresh_or_fail(pks):
        if bad.pk in pks:
            raise ValueError("no")
        refresh(pks)

    monkeypatch.setattr(quoting, "refresh_texts", refresh_or_fail)
    queue()
    good.refresh_from_db()
    assert "90 million" in good.body_text
    assert [item.label for item in Batch.objects.get().failures()] == ["Broken"]


def test_texts_follow_a_profile_that_is_closed_and_opened(
    client, fact, django_capture_on_commit_callbacks
):
    said = f"[75 million](fact:{ADDRESS}), [](fact:{ADDRESS}) and [it](company:spotify)"
    article = ArticleFactory(body=said)
    listed = ArticleFactory(kind="list")
    ListEntryFactory(article=listed, company=fact.company)
    listed.entries.update(blurb=said)
    listed.entries.get().save()
    other = ArticleFactory(body="Nothing of the sort.")
    stamp = other.updated_at

    def set_public(is_public):
        with django_capture_on_commit_callbacks(execute=True):
            fact.company.is_public = is_public
            fact.company.save()
        article.refresh_from_db()
        other.refresh_from_db()
        assert other.updated_at == stamp

    before = article.body_text
    set_public(False)
    closed = "75 million (source not shown), (a figure no longer shown) and it"
    assert article.body_text == closed
    assert "/companies/spotify/" not in article.body_html
    assert "/companies/spotify/" not in listed.entries.get().blurb_html
    assert quoting.rebuild() == 0
    set_public(True)
    assert article.body_text == before
    assert "/companies/spotify/" in page_of(client, article)
    assert "/companies/spotify/" in listed.entries.get().blurb_html


def test_former_slug_of_a_company_still_leads_to_its_figures(client, fact):
    article = ArticleFactory(body=f"[](fact:{ADDRESS}) of [it](company:spotify)")
    fact.company.slug = "spotify-technology"
    fact.company.save()
    article = Article.objects.get(pk=article.pk)
    article.save()
    page = page_of(client, article)
    assert 'value="75000000"' in page
    assert 'href="/companies/spotify-technology/">it</a>' in page


def test_rebuild_mends_what_was_written_past_the_parse_and_then_finds_nothing(fact):
    article = ArticleFactory(body=f"[a](fact:{ADDRESS})")
    ArticleFactory(body="Nothing.")
    FactUse.objects.all().delete()
    assert quoting.rebuild() == 1
    assert uses(article) == [(0, "pinned", 75_000_000, "a")]
    assert quoting.rebuild() == 0


@pytest.mark.parametrize("scope", ["", "Canada"])
def test_live_figure_follows_its_own_scope(client, fact, update, scope):
    article = ArticleFactory(body=f"It has [](fact:{ADDRESS}).")
    FactFactory(
        company=fact.company,
        metric=fact.metric,
        scope=scope,
        amount=5,
        as_of=DAY,
        as_of_precision="day",
    )
    assert f'value="{75000000 if scope else 5}"' in page_of(client, article)


def test_refreshing_costs_the_same_for_few_and_for_many(fact):
    def count(size):
        Article._base_manager.all().delete()
        ArticleFactory.create_batch(size, body=f"It has [](fact:{ADDRESS}).")
        Article._base_manager.update(body_text="")
        with CaptureQueriesContext(connection) as queries:
            quoting.refresh_texts(list(Article.objects.values_list("pk", flat=True)))
        return len(queries)

    assert count(2) == count(30) <= 23


# In the desk


def form_of(article, **changes):
    return {
        "title": article.title,
        "slug": article.slug,
        "standfirst": article.standfirst,
        "body": article.body,
        "section": article.section_id,
        "kind": article.kind,
        "language": article.language,
        "base_number": publishing_number(article),
        "bylines-TOTAL_FORMS": 0,
        "bylines-INITIAL_FORMS": 0,
        "entries-TOTAL_FORMS": 0,
        "entries-INITIAL_FORMS": 0,
        **changes,
    }


def publishing_number(article):
    return article_publishing.newest_number(article)


def test_desk_completes_the_address_of_a_pinned_figure(admin_client, fact):
    article = ArticleFactory(draft=True)
    url = f"/admin/articles/article/{article.pk}/change/"
    admin_client.post(url, form_of(article, body=f"It has [75 million](fact:{ADDRESS})."))
    body = f"It has [75 million](fact:{ADDRESS}@{fact.public_id})."
    assert article.revisions.first().content["body"] == body
    assert body in admin_client.get(url).content.decode()


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("[a](fact:nobody/paid-subscribers)", "there is no company “nobody”"),
        ("[a](fact:spotify/unheard-of)", "there is no metric “unheard-of”"),
        ("[a](fact:spotify/paid-subscribers@zzzzzz)", "none of its figures has this id"),
        ("[a](fact:spotify/paid-subscribers@zzzz)", "the id after the @ is mistyped"),
        ("[](fact:spotify)", "there is no metric “”"),
        ("[them](company:nobody)", "There is no company “nobody”"),
    ],
)
def test_desk_names_a_link_that_leads_nowhere_and_keeps_the_text(admin_client, fact, link, message):
    article = ArticleFactory(draft=True)
    body = f"First.\n\nSecond {link}."
    url = f"/admin/articles/article/{article.pk}/change/"
    form = form_of(article, body=body)
    refused = admin_client.post(url, form | {"_publish": ""})
    text = html.unescape(refused.content.decode())
    assert f"Line 3: {'“' + link[link.index('(') + 1 : -1] if 'fact:' in link else ''}" in text
    assert message in text
    assert body in text
    assert not article.revisions.exists()
    # A draft may name what is not there yet; the save tells of it.
    saved = html.unescape(admin_client.post(url, form, follow=True).text)
    assert article_publishing.newest_content(article)["body"] == body
    assert f"line 3: <code>{link[1 : link.index(']')]}</code>" in saved
    assert message in saved


def test_text_with_a_link_that_leads_nowhere_is_not_published_by_any_way(admin_user, fact):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    content = article_publishing.newest_content(article)
    dead = content | {"body": "Of [them](company:nobody)."}
    article_publishing.save_revision(article, dead, by=admin_user)
    with pytest.raises(ValidationError, match="There is no company “nobody”"):
        article_publishing.publish(article, by=admin_user)
    live = content | {"body": f"Of [them](company:{fact.company.slug})."}
    article_publishing.save_revision(article, live, by=admin_user)
    article_publishing.publish(article, by=admin_user)
    assert article.is_published


def test_desk_refuses_a_withdrawn_figure_that_is_pinned(admin_client, admin_user, fact):
    article = ArticleFactory(draft=True)
    publishing.deprecate(fact, reason="Misread the table.", by=admin_user)
    body = f"[75 million](fact:{ADDRESS}@{fact.public_id})"
    page = admin_client.post(
        f"/admin/articles/article/{article.pk}/change/", form_of(article, body=body)
    )
    assert "was found wrong: Misread the table." in page.content.decode()


def test_withdrawn_figure_elsewhere_in_the_text_keeps_nobody_from_mending_it(
    admin_client, admin_user, fact
):
    pin = f"[75 million](fact:{ADDRESS}@{fact.public_id})"
    article = ArticleFactory(
        draft=True,
        kind="list",
        title=f"With {pin}",
        body=f"It has {pin}.",
        authors=[AuthorFactory()],
    )
    ListEntryFactory(article=article, company=fact.company, blurb=f"So {pin}.")
    publishing.deprecate(fact, reason="Misread.", by=admin_user)
    url = f"/admin/articles/article/{article.pk}/change/"
    form = form_of(article, title=f"With {pin}", body=f"It has {pin}. And more.")
    form |= {
        "kind": "list",
        "entries-TOTAL_FORMS": 1,
        "entries-0-company": fact.company.pk,
        "entries-0-blurb": f"So {pin}, too.",
    }
    told = html.unescape(admin_client.post(url, form, follow=True).text)
    content = article_publishing.newest_content(article)
    assert content["body"] == f"It has {pin}. And more."
    assert content["entries"][0]["blurb"] == f"So {pin}, too."
    # Told of with every save, but only refused where it comes anew.
    found = re.findall("<li data-text.*?</li>", told, re.DOTALL)
    assert sum("was found wrong: Misread." in one for one in found) == 3
    other = FactFactory(company=fact.company, metric__key="offices", amount=12)
    publishing.deprecate(other, reason="Guessed.", by=admin_user)
    new = f"[12](fact:spotify/offices@{other.public_id})"
    told = admin_client.post(url, form | {"base_number": "1", "body": f"{pin} {new}"}).text
    refused = "".join(re.findall('<ul class="errorlist.*?</ul>', told, re.DOTALL))
    assert "was found wrong: Guessed." in refused
    assert "was found wrong: Misread." not in refused


def test_figure_superseded_between_writing_and_publishing_is_news(client, admin_user, fact, update):
    article = ArticleFactory(authors=[AuthorFactory()])
    content = article_publishing.newest_content(article)
    content = {**content, "body": f"It has [75 million](fact:{ADDRESS})."}
    article_publishing.save_revision(article, content, by=admin_user)
    update(90_000_000)
    # A slip mended later is no sign that anybody looked at the figure.
    content = article_publishing.newest_content(article)
    content = {**content, "body": content["body"] + " So."}
    article_publishing.save_revision(article, content, by=admin_user)
    article_publishing.publish(article, by=admin_user, change=UPDATE)
    assert "newer figure" in page_of(client, article)


# What an editor is told of what follows


def wrong(client, fact):
    form = {"facts": [fact.pk], "reason": "The source took it back."}
    return client.post(reverse("admin:facts_fact_wrong"), form, follow=True)


def test_editor_who_withdraws_a_figure_is_led_to_the_progress_of_the_texts(as_editor, fact, queue):
    article = ArticleFactory(title="Quotes it live", body=f"It has [](fact:{ADDRESS}).")
    queue()
    told = wrong(as_editor, fact).content.decode()
    batch = Batch.objects.get(reference=fact.batch_reference)
    assert batch.get_absolute_url() in told
    assert as_editor.get(batch.get_absolute_url()).status_code == 200
    queue()
    progress = as_editor.get(batch.get_absolute_url()).content.decode()
    assert "1 of 1 done" in progress
    article.refresh_from_db()
    assert "75 million" not in article.body_text


def test_editor_who_withdraws_a_figure_that_is_not_quoted_is_told_of_nothing_more(
    as_editor, fact, queue
):
    assert "being brought up to date" not in wrong(as_editor, fact).content.decode()


def test_editor_who_closes_a_profile_is_led_to_the_progress_of_the_texts(as_editor, fact, queue):
    ArticleFactory(body="It is [here](company:spotify).")
    queue()
    company = fact.company
    form = {"name": company.name, "slug": company.slug, "status": company.status}
    form |= {"description": company.description}
    form |= {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    url = reverse("admin:companies_company_change", args=[company.pk])
    told = as_editor.post(url, form, follow=True).content.decode()
    assert Batch.objects.get().get_absolute_url() in told
    told_again = as_editor.post(url, form | {"legal_name": "AB"}, follow=True).content.decode()
    queue()
    assert Batch.objects.count() == 1
    assert Batch.objects.get().get_absolute_url() in told_again


def test_margin_names_the_figures_of_a_story_else_its_companies(client, fact):
    article = ArticleFactory(body=f"It has [](fact:{ADDRESS}).", companies=[fact.company])
    shown = client.get(article.get_absolute_url()).text
    assert 'id="margin-figures"' in shown
    assert 'id="margin-companies"' not in shown
    Reference.objects.all().delete()
    shown = client.get(article.get_absolute_url()).text
    assert 'id="margin-figures"' not in shown
    assert fact.company.name in shown.partition('id="margin-companies"')[2]


def test_companies_are_not_read_where_the_margin_names_figures(
    client, fact, django_assert_num_queries
):
    article = ArticleFactory(body=f"It has [](fact:{ADDRESS}).", companies=[fact.company])
    # The article, its topics, figures, two neighbours and bylines, the sections, the ads, comments
    # and, as there are none, the discussion.
    with django_assert_num_queries(10):
        client.get(article.get_absolute_url())
