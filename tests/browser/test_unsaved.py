"""What an editor types into a form of the desk is there after whatever comes between."""

import pytest
from playwright.sync_api import expect

from articles.factories import ArticleFactory, AuthorFactory, SectionFactory
from articles.models import Section
from companies.factories import CompanyFactory
from tests.browser.conftest import DESK_PASSWORD
from tests.browser.tools import choose, press_in_publish

WORDS = "Half of a sentence that nobody has saved"
AS_ANOTHER_S = r"""() => {
  const name = Object.keys(localStorage).find((one) => one.startsWith("desk-form"));
  localStorage.setItem(name.replace(/desk-form \d+/, "desk-form 0"), localStorage[name]);
  localStorage.removeItem(name);
}"""


@pytest.fixture
def form(desk, live_server):
    section = SectionFactory(name="Science", description="It begins.")
    desk.goto(f"{live_server.url}/admin/articles/section/{section.pk}/change/")
    return desk


def write(page):
    page.locator("[name=description]").fill(WORDS)


def saved_words():
    return Section.objects.get().description


def reopened(page):
    context, address = page.context, page.url
    page.close(run_before_unload=False)
    page = context.new_page()
    page.goto(address)
    return page


def put_back(page):
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("[name=description]")).to_have_value(WORDS)


def sign_in(page, live_server, name="edith"):
    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", DESK_PASSWORD)
    page.click("[type=submit]")
    page.locator("#user-tools").wait_for()


def save(page):
    page.locator("[name=_save]").click()
    page.locator(".messagelist .success").wait_for()


def test_words_outlive_the_tab_and_are_gone_once_saved(form):
    write(form)
    page = reopened(form)
    expect(page.locator("[name=description]")).to_have_value("It begins.")
    put_back(page)
    expect(page.locator(".desk-unsaved")).to_have_count(0)
    address = page.url
    save(page)
    assert saved_words() == WORDS
    page.goto(address)
    expect(page.locator("[name=description]")).to_have_value(WORDS)
    expect(page.locator(".desk-unsaved")).to_have_count(0)


def test_leaving_by_a_link_warns_only_where_something_was_typed(form):
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    form.get_by_role("link", name="Home").first.click()
    form.wait_for_url("**/admin/")
    assert asked == []
    form.go_back()
    write(form)
    form.get_by_role("link", name="Home").first.click()
    expect(form.locator("[name=description]")).to_have_value(WORDS)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_form_is_saved_with_the_login_that_it_asks_for(desk, live_server, new_page, scripts):
    section = SectionFactory(description="It begins.")
    page = new_page(java_script_enabled=scripts)
    page.context.add_cookies(desk.context.cookies())
    page.goto(f"{live_server.url}/admin/articles/section/{section.pk}/change/")
    write(page)
    page.context.clear_cookies(name="sessionid")
    page.locator("[name=_save]").click()
    page.fill("[name=held-username]", "edith")
    page.fill("[name=held-password]", DESK_PASSWORD)
    page.get_by_role("button", name="Log in and save").click()
    page.locator(".messagelist .success").wait_for()
    assert saved_words() == WORDS


def test_words_come_back_after_a_login_by_another_way(form, live_server):
    address = form.url
    write(form)
    form.context.clear_cookies(name="sessionid")
    form.locator("[name=_save]").click()
    form.locator("[name=held-username]").wait_for()
    sign_in(form, live_server)
    form.goto(address)
    put_back(form)


def test_form_from_before_a_login_in_another_tab_is_sent_again(form, live_server):
    write(form)
    other = form.context.new_page()
    other.goto(f"{live_server.url}/admin/")
    other.get_by_role("button", name="Log out").click()
    sign_in(other, live_server)
    address = form.url
    form.locator("[name=_save]").click()
    form.get_by_role("button", name="Send it again").click()
    form.locator(".messagelist .success").wait_for()
    assert saved_words() == WORDS
    form.goto(address)
    expect(form.locator(".desk-unsaved")).to_have_count(0)


def test_refused_form_is_kept_as_well(form):
    write(form)
    form.fill("[name=name]", "")
    form.locator("[name=_save]").click()
    form.locator(".errornote").wait_for()
    put_back(reopened(form))


def test_chosen_rows_come_back(desk, live_server):
    CompanyFactory(name="Aaa Works")
    AuthorFactory(name="Mara Lindqvist")
    desk.goto(f"{live_server.url}/admin/articles/article/add/?kind=list")
    desk.fill("[name=title]", "Ten of them")
    choose(desk, "author", "Mara")
    desk.locator("#entries-group .add-row a").click()
    choose(desk, "company", "Aaa")
    desk.locator("[name=entries-0-blurb]").fill(WORDS)
    page = reopened(desk)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("[name=entries-0-blurb]")).to_have_value(WORDS)
    expect(page.locator(".field-company .select2-selection >> visible=true").first).to_contain_text(
        "Aaa Works"
    )
    expect(page.locator(".field-author .select2-selection >> visible=true").first).to_contain_text(
        "Mara Lindqvist"
    )


def test_two_tabs_keep_a_copy_each(form):
    other = form.context.new_page()
    other.goto(form.url)
    write(form)
    other.fill("[name=name]", "Another name")
    other.close(run_before_unload=False)
    page = reopened(form)
    expect(page.get_by_role("button", name="Put it back")).to_have_count(2)
    page.get_by_role("button", name="Throw it away").first.click()
    expect(reopened(page).get_by_role("button", name="Put it back")).to_have_count(1)


def test_nothing_is_kept_of_another_editor_or_of_a_saved_form(form, live_server):
    address = form.url
    save(form)
    form.goto(address)
    expect(form.locator(".desk-unsaved")).to_have_count(0)
    assert Section.objects.count() == 1
    write(form)
    page = reopened(form)
    expect(page.locator(".desk-unsaved")).to_have_count(1)
    page.evaluate(AS_ANOTHER_S)
    page.reload()
    expect(page.locator(".desk-unsaved")).to_have_count(0)


def test_what_was_saved_but_not_published_is_not_offered(desk, live_server):
    article = ArticleFactory(draft=True, body="It begins.", authors=[AuthorFactory()])
    address = f"{live_server.url}/admin/articles/article/{article.pk}/change/"
    desk.goto(address)
    desk.locator("[name=body]").fill("It was founded in TK.")
    press_in_publish(desk)
    desk.locator(".messagelist .error").wait_for()
    desk.goto(address)
    expect(desk.locator("[name=body]")).to_have_value("It was founded in TK.")
    expect(desk.locator(".desk-unsaved")).to_have_count(0)
