"""What is typed into an article is on the server before it is saved, and comes back from there."""

import os
import signal

import pytest
from playwright.sync_api import expect

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, SectionFactory
from articles.models import Article, Autosave, Revision
from tests.browser.conftest import DESK_PASSWORD
from tests.browser.demo_server import demo_environment, serve
from tests.browser.test_unsaved import reopened, sign_in

WORDS = "Half of a sentence that nobody has saved"
SAVED = "#desk-saved:has-text('Saved ')"


@pytest.fixture
def article():
    return ArticleFactory(draft=True, title="A draft", body="One.\n\nTwo.\n\nThree.")


@pytest.fixture
def address(live_server, article):
    return f"{live_server.url}/admin/articles/article/{article.pk}/change/"


@pytest.fixture
def form(desk, address):
    desk.goto(address)
    return desk


@pytest.fixture
def elsewhere(desk, new_page):
    """Another browser of the same editor: it has nothing of what was typed."""
    page = new_page()
    page.context.add_cookies(desk.context.cookies())
    return page


def body(page):
    return page.locator("[name=body]")


def is_kept(page):
    expect(page.locator(SAVED)).to_be_visible(timeout=15_000)


def write(page, words=WORDS):
    body(page).fill(words)


def save(page):
    page.locator("[name=_save]").click()
    page.locator(".messagelist .success").wait_for()


def end_session(page):
    page.context.clear_cookies(name="sessionid")


def answer_dialog(page, password=DESK_PASSWORD):
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog.locator("[name=username]")).to_have_value("edith")
    dialog.locator("[name=password]").fill(password)
    dialog.locator("[type=submit]").click()
    return dialog


def test_text_comes_back_in_another_browser_until_it_is_thrown_away(form, elsewhere, address):
    body(form).focus()
    form.keyboard.press("Control+End")
    form.keyboard.insert_text(" Four.")
    is_kept(form)
    assert Autosave.objects.get().values["body"] == "One.\n\nTwo.\n\nThree. Four."
    assert not Revision.objects.exists()
    assert Article.objects.get().body == "One.\n\nTwo.\n\nThree."
    elsewhere.goto(address)
    expect(body(elsewhere)).to_have_value("One.\n\nTwo.\n\nThree. Four.")
    expect(elsewhere.locator(".desk-unsaved").first).to_contain_text("Your unsaved text of")
    is_kept(elsewhere)
    elsewhere.get_by_role("button", name="Throw it away").click()
    expect(body(elsewhere)).to_have_value("One.\n\nTwo.\n\nThree.")
    expect(elsewhere.get_by_role("button", name="Throw it away")).to_have_count(0)
    assert not Autosave.objects.exclude(saved_at=None).exists()
    # Nothing was loaded anew where it was typed.
    form.keyboard.press("Control+z")
    expect(body(form)).to_have_value("One.\n\nTwo.\n\nThree.")


def test_page_that_is_closed_with_the_last_key_loses_nothing(form):
    body(form).focus()
    form.keyboard.press("Control+End")
    form.keyboard.type(WORDS, delay=0)
    page = reopened(form)
    expect(body(page)).to_have_value(f"One.\n\nTwo.\n\nThree.{WORDS}")
    save(page)
    page = reopened(page)
    expect(page.locator(".desk-unsaved:visible")).to_have_count(0)
    assert Revision.objects.latest("pk").content["body"].endswith(WORDS)


def test_new_story_is_kept_before_there_is_an_article(desk, elsewhere, live_server):
    SectionFactory(name="Science")
    add = f"{live_server.url}/admin/articles/article/add/"
    desk.goto(add)
    desk.fill("[name=title]", "Harbour")
    is_kept(desk)
    desk.reload()
    expect(desk.locator("[name=title]")).to_have_value("Harbour")
    elsewhere.goto(add)
    expect(elsewhere.locator("[name=title]")).to_have_value("")
    expect(elsewhere.locator(".desk-unsaved").first).to_contain_text("“Harbour”")
    elsewhere.get_by_role("button", name="Put it back").click()
    expect(elsewhere.locator("[name=title]")).to_have_value("Harbour")
    write(elsewhere)
    elsewhere.select_option("[name=section]", label="Science")
    save(elsewhere)
    assert (Article.objects.get().title, Article.objects.get().body) == ("Harbour", WORDS)
    elsewhere.goto(add)
    expect(elsewhere.locator("#desk-autosave")).to_have_count(1)
    expect(elsewhere.locator(".desk-unsaved:visible")).to_have_count(0)


def test_ended_session_is_answered_in_place(form):
    end_session(form)
    form.locator(".cm-content").focus()
    form.keyboard.press("Control+Home")
    form.keyboard.type("Zero. ")
    dialog = answer_dialog(form, "wrong")
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog = answer_dialog(form)
    expect(dialog).to_have_count(0)
    is_kept(form)
    form.keyboard.type("And a half. ")
    expect(body(form)).to_have_value("Zero. And a half. One.\n\nTwo.\n\nThree.")
    end_session(form)
    form.locator("[name=_save]").click()
    answer_dialog(form)
    form.locator(".messagelist .success").wait_for()
    assert Revision.objects.latest("pk").content["body"].startswith("Zero. And a half. One.")


def test_text_is_not_taken_over_by_who_signs_in_meanwhile(form, live_server):
    ben = UserFactory(username="ben", groups=["Editor"])
    ben.set_password(DESK_PASSWORD)
    ben.save()
    other = form.context.new_page()
    other.goto(f"{live_server.url}/admin/")
    other.get_by_role("button", name="Log out").click()
    sign_in(other, live_server, "ben")
    write(form)
    form.locator("[name=_save]").click()
    dialog = form.get_by_role("dialog")
    expect(dialog).to_contain_text("You are signed in as ben now")
    dialog.get_by_role("button", name="Not now").click()
    form.locator("[name=_save]").click()
    assert not Revision.objects.exists()
    dialog.get_by_role("button", name="Sign in as edith").click()
    answer_dialog(form)
    form.locator(".messagelist .success").wait_for()
    assert Revision.objects.latest("pk").author.username == "edith"
    assert not Autosave.objects.filter(editor=ben).exclude(saved_at=None).exists()


def test_login_in_another_window_renews_the_token(form, live_server):
    other = form.context.new_page()
    other.goto(f"{live_server.url}/admin/")
    other.get_by_role("button", name="Log out").click()
    sign_in(other, live_server)
    write(form)
    is_kept(form)
    expect(form.get_by_role("dialog")).to_have_count(0)
    save(form)
    assert Revision.objects.latest("pk").content["body"] == WORDS


def test_two_editors_see_each_other_and_save_both_their_paragraphs(form, new_page, live_server):
    mara = UserFactory(username="mara", first_name="Mara", groups=["Editor"])
    mara.set_password(DESK_PASSWORD)
    mara.save()
    page = new_page()
    sign_in(page, live_server, "mara")
    page.goto(form.url)
    expect(page.locator("#desk-people")).to_have_text("Edith is here")
    write(page, "One.\n\nTwo.\n\n3.")
    is_kept(page)
    write(form, "1.\n\nTwo.\n\nThree.")
    expect(form.locator("#desk-people")).to_have_text("Mara is here, typing")
    is_kept(form)
    save(page)
    body(form).press("Control+End")
    form.keyboard.type(" ")
    form.keyboard.press("Backspace")
    expect(form.locator(".desk-newer")).to_contain_text("Mara saved revision 2 at")
    save(form)
    expect(form.locator(".messagelist")).to_contain_text("what Mara has saved meanwhile")
    assert Revision.objects.latest("pk").content["body"] == "1.\n\nTwo.\n\n3."


def test_dead_line_is_told_and_kept_in_the_browser(form):
    form.context.set_offline(True)
    write(form)
    told = form.locator("#desk-saved")
    expect(told).to_have_text("Not saved: no connection; kept in this browser")
    form.locator("[name=_save]").click()
    expect(told).to_have_text("Not saved: no connection; kept in this browser")
    expect(body(form)).to_have_value(WORDS)
    form.context.set_offline(False)
    is_kept(form)
    save(form)


def test_fields_that_a_release_took_away_are_not_missed(form):
    write(form)
    is_kept(form)
    row = Autosave.objects.get()
    row.values |= {"former": "gone", "section": "a key and no choice"}
    row.save()
    form.evaluate("localStorage.clear()")
    page = form.context.new_page()
    page.goto(form.url)
    expect(body(page)).to_have_value(WORDS)


@pytest.mark.long
def test_server_that_is_killed_and_started_again_has_lost_nothing(page):
    with demo_environment() as env:
        with serve(env) as server:
            page.goto(f"{server.address}/admin/articles/article/add/")
            page.fill("[name=username]", "editor")
            page.fill("[name=password]", "dateline-demo")
            page.click("[type=submit]")
            page.fill("[name=title]", "Harbour")
            is_kept(page)
            for pid in [server.process.pid, *server.workers()]:
                os.kill(pid, signal.SIGKILL)
            server.process.wait()
            write(page)
            told = page.locator("#desk-saved")
            expect(told).to_contain_text("no connection", timeout=15_000)
            page.evaluate("localStorage.clear()")
        with serve(env):
            is_kept(page)
            page.evaluate("localStorage.clear()")
            page.goto(page.url)
            expect(page.locator("[name=title]")).to_have_value("Harbour")
            expect(body(page)).to_have_value(WORDS)
