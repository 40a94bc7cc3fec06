"""The desk under the publication's own strict policy: a browser finds nothing to refuse."""

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect

from accounts.factories import UserFactory

PASSWORD = "a long enough passphrase"
CHANGE_PAGES = ["articles_article", "companies_company", "facts_fact", "images_picture", "ads_ad"]


def refusals(page):
    """Fills as the page is used: whatever the console says went wrong."""
    found = []
    page.on("console", lambda line: line.type == "error" and found.append((page.url, line.text)))
    page.on("pageerror", lambda error: found.append((page.url, str(error))))
    return found


@pytest.mark.django_db(transaction=True)
def test_desk_breaks_no_policy(live_server, new_page):
    user = UserFactory(username="chief", is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    page = new_page()
    found = refusals(page)
    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", "chief")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_selector("#user-tools")
    for model in admin.site._registry:
        page.goto(
            live_server.url
            + reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
        )
    for name in CHANGE_PAGES:
        page.goto(live_server.url + reverse(f"admin:{name}_add"))
    show_the_address_while_its_name_is_typed(page, live_server.url)
    page.goto(live_server.url + reverse("admin_password_reset"))
    assert found == []


def show_the_address_while_its_name_is_typed(page, site):
    page.goto(site + reverse("admin:articles_topic_add"))
    name, slug = page.locator("[name=name]"), page.locator("[name=slug]")
    name.press_sequentially("社区 News")
    expect(slug).to_have_value("she-qu-news")
    slug.fill("mine")
    with page.expect_response("**/admin/slug/**"):
        name.press_sequentially(" now")
    expect(slug).to_have_value("mine")
