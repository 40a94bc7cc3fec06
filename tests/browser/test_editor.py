"""The whole way of a story: written at the desk, published, read, hearted, discussed, answered."""

from playwright.sync_api import expect

from articles.factories import AuthorFactory, SectionFactory
from articles.models import Article
from comments.models import Comment
from tests.browser.tools import choose, press_in_publish

TITLE = "What the desk wrote this morning"


def test_story_goes_from_the_desk_to_the_front_page_and_its_reader_gets_an_answer(
    desk, live_server, new_page, settings
):
    SectionFactory(name="Tech")
    AuthorFactory(name="Mara Lindqvist")
    desk.goto(f"{live_server.url}/admin/articles/article/add/")
    desk.fill("[name=title]", TITLE)
    desk.fill("[name=standfirst]", "In one sentence.")
    desk.select_option("[name=section]", label="Tech")
    desk.locator("[name=body]").press_sequentially("It is **well** written.")
    preview = desk.frame_locator("iframe").first
    preview.locator("strong", has_text="well").wait_for()
    choose(desk, "author", "Mara")
    press_in_publish(desk)
    desk.locator(".messagelist .success").wait_for()
    article = Article.objects.published().get(title=TITLE)

    reader = new_page(java_script_enabled=False)
    reader.goto(live_server.url)
    reader.get_by_role("link", name=TITLE).first.click()
    assert reader.url == live_server.url + article.get_absolute_url()
    reader.get_by_role("button", name="Heart").click()
    expect(reader.get_by_text("1 heart", exact=True)).to_be_visible()
    reader.fill("[name=name]", "Priya")
    reader.fill("[name=text]", "Which desk is it?")
    reader.get_by_role("button", name="Post comment").click()
    reader.get_by_role("button", name="Post it").click()
    expect(reader.get_by_text("waiting for an editor").first).to_be_visible()

    comment = Comment.objects.get(name="Priya")
    desk.goto(f"{live_server.url}/admin/comments/comment/{comment.pk}/reply/")
    desk.locator("form textarea").fill("The one in the corner.")
    desk.locator("#content form [type=submit]").click()
    desk.locator(".messagelist .success").wait_for()
    reader.goto(live_server.url + article.get_absolute_url())
    expect(reader.get_by_text("Which desk is it?")).to_be_visible()
    expect(reader.get_by_text("The one in the corner.")).to_be_visible()
