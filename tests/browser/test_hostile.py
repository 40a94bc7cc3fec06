"""Markup that people wrote to run a script is text on every page, policy or none."""

from urllib.parse import quote

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.factories import UserFactory
from accounts.models import User
from ads.factories import AdFactory
from articles import publishing
from articles.factories import (
    ArticleFactory,
    AuthorFactory,
    ListEntryFactory,
    SectionFactory,
    TopicFactory,
)
from articles.publishing import snapshots
from comments.factories import CommentFactory, DiscussionFactory
from companies.factories import CompanyAliasFactory, CompanyFactory, TechnologyFactory
from facts.factories import FactFactory, ReferenceFactory, TechUseFactory, TechUseReferenceFactory
from tests.hostile import BREAKOUTS, MARKUP

# What no field takes cannot be stored; the rest is, past every form.
STORED = [text for text in MARKUP if "\x00" not in text]
THREADS = 50
REPORT = """(() => {
    for (const name of ["alert", "confirm", "prompt", "pwned", "msgbox"]) {
        window[name] = () => reportRun(`${name} on ${location.href}`);
    }
    document.addEventListener("securitypolicyviolation", (event) => {
        reportRun(`${event.violatedDirective} ${event.blockedURI} on ${location.href}`);
    });
})()"""
# A handler or an address that would run once somebody moves or clicks.
ARMED = """() => [...document.querySelectorAll("*")].flatMap((element) =>
    [...element.attributes]
        .filter(({ name, value }) => /^on/i.test(name) ||
            (/(href|src|action|data|srcdoc)$/i.test(name) &&
                /^[\\s\\x00-\\x20]*(javascript|vbscript|data:text)/i.test(value)))
        .map(({ name, value }) => `${element.tagName} ${name}=${value}`))"""


def trapped(page):
    """Fills with whatever runs, is refused by the policy or is asked of another site."""
    found = []
    page.expose_function("reportRun", lambda what: found.append(what))
    page.context.add_init_script(REPORT)
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda line: "Content Security" in line.text and found.append(line.text))
    page.on("request", lambda request: "evil.example" in request.url and found.append(request.url))
    return found


@pytest.fixture
def hostile_site(live_server):
    """Pages of the site and of the desk whose every field of words holds such markup."""
    breakout = iter(BREAKOUTS * 9)
    section = SectionFactory(name=next(breakout)[:60], description=next(breakout))
    author = AuthorFactory(name=next(breakout), role=next(breakout), bio=next(breakout))
    topic = TopicFactory(name=next(breakout)[:60], description=next(breakout))
    company = CompanyFactory(
        name=next(breakout), legal_name=next(breakout), description=next(breakout)
    )
    CompanyAliasFactory(company=company, name=next(breakout))
    technology = TechnologyFactory(name=next(breakout), description=next(breakout))
    use = TechUseFactory(
        company=company, technology=technology, purpose=next(breakout), remark=next(breakout)
    )
    TechUseReferenceFactory(tech_use=use, source__title=next(breakout), quote=next(breakout))
    fact = FactFactory(
        company=company,
        metric__value_type="text",
        metric__label=next(breakout),
        metric__definition=next(breakout),
        text=next(breakout),
        scope=next(breakout),
    )
    ReferenceFactory(
        fact=fact,
        quote=next(breakout),
        locator=next(breakout),
        source__title=next(breakout),
        source__publisher=next(breakout),
    )
    links = {"section": section, "authors": [author], "topics": [topic], "companies": [company]}
    texts = iter(STORED * 9)
    articles = [
        ArticleFactory(
            title=next(breakout), standfirst=next(breakout), body="\n\n".join(part), **links
        )
        for part in (STORED[0::3], STORED[1::3], STORED[2::3])
    ]
    listed = ArticleFactory(kind="list", title=next(texts), **links)
    ListEntryFactory(
        article=listed, company=company, heading=next(breakout), blurb="\n\n".join(BREAKOUTS)
    )
    for article, first in zip(articles, range(0, len(STORED), THREADS), strict=False):
        discussion = DiscussionFactory(article=article)
        for text in STORED[first : first + THREADS]:
            CommentFactory(
                discussion=discussion,
                kind="correction",
                body=text,
                name=text[:60],
                quote=text[:500],
                outcome=text[:400],
            )
    held = CommentFactory(
        discussion=DiscussionFactory(article=None, company=company), state="pending", name=STORED[0]
    )
    AdFactory()
    return (
        live_server.url,
        public_pages(articles, listed, company, technology, author, topic),
        (desk_pages(articles[0], company, fact, held)),
    )


def public_pages(articles, listed, company, technology, author, topic):
    rows = [*articles, listed, company, technology, author, topic, articles[0].section]
    discussions = [
        reverse("comments:discussion", args=["article", article.pk]) for article in articles
    ]
    reply = f"{discussions[0]}?reply={articles[0].discussion.comments.first().public_id}"
    asked = ["<script>pwned()</script>", '"><img src=x onerror=pwned()>', "javascript:pwned()"]
    return [
        *(row.get_absolute_url() for row in rows),
        *(*discussions, reply, "/", "/articles/", "/companies/", "/technologies/"),
        *(f"/search/?q={quote(text)}" for text in [*asked, *BREAKOUTS[::4], "script"]),
        *(f"/companies/?letter={quote(text)}&industry={quote(text)}" for text in asked),
        *(f"/articles/{quote(text, safe='')}/" for text in asked),
    ]


def desk_pages(article, company, fact, held):
    content = snapshots.of(article)
    editor = UserFactory(username="chief", is_superuser=True, first_name=BREAKOUTS[0])
    for part in (BREAKOUTS, BREAKOUTS[::-1]):
        words = {"title": part[0], "standfirst": part[1], "body": "\n".join(part)}
        publishing.save_revision(article, content | words, by=editor, note=part[2])
    names = ["article", "comment", "discussion"]
    one = {
        "articles_article_change": [article.pk],
        "articles_article_preview": [article.pk],
        "articles_article_revisions": [article.pk],
        "articles_article_revision": [article.pk, 2],
        "articles_article_history": [article.pk],
        "comments_comment_change": [held.pk],
        "comments_comment_reply": [held.pk],
        "companies_company_change": [company.pk],
        "facts_fact_change": [fact.pk],
    }
    apps = {"article": "articles", "comment": "comments", "discussion": "comments"}
    return [
        *(reverse(f"admin:{name}", args=args) for name, args in one.items()),
        reverse("admin:articles_article_compare", args=[article.pk]) + "?old=2&new=3",
        *(reverse(f"admin:{apps[name]}_{name}_changelist") for name in names),
        *(reverse(f"admin:{name}_changelist") for name in ("companies_company", "facts_fact")),
        reverse("admin:comments_comment_changelist") + f"?q={quote(BREAKOUTS[0])}",
        reverse("admin:index"),
    ]


def visit(page, site, paths):
    """Open them all; answers what could still run on them."""
    armed, told = [], 0
    for path in paths:
        response = page.goto(site + path)
        assert response.status < 500, path
        page.mouse.move(300, 300)
        told += "pwned()" in page.inner_text("body")
        armed += [(path, line) for line in page.evaluate(ARMED)]
    page.wait_for_load_state("networkidle")
    assert told > len(paths) / 2, "the words are not shown at all"
    return armed


def test_stored_markup_runs_on_no_page_of_the_site_or_of_the_desk(new_page, hostile_site, client):
    site, public, of_the_desk = hostile_site
    client.force_login(User.objects.get(username="chief"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}
    for bypass_csp in (False, True):
        for paths, cookies in ((public, []), (of_the_desk, [cookie])):
            page = new_page(bypass_csp=bypass_csp)
            page.context.add_cookies(cookies)
            found = trapped(page)
            assert visit(page, site, paths) == []
            assert "login" not in page.url
            assert found == []


# The trap can close: what is not stopped is seen to run.


@pytest.mark.parametrize(
    "payload",
    ["<script>pwned()</script>", "<img src=x onerror=alert(1)>", "<svg onload=confirm(1)>"],
)
def test_trap_sees_raw_markup_run(new_page, live_server, payload):
    for bypass_csp, expected in ((True, "on http"), (False, "script-src")):
        page = new_page(bypass_csp=bypass_csp)
        found = trapped(page)
        page.route(
            "**/about/",
            lambda route: route.fulfill(
                body=f"<!doctype html><title>x</title>{payload}",
                headers={
                    "Content-Type": "text/html",
                    "Content-Security-Policy": route.fetch().headers["content-security-policy"],
                },
            ),
        )
        page.goto(f"{live_server.url}/about/", wait_until="networkidle")
        assert [line for line in found if expected in line]


def test_armed_markup_is_found(page):
    page.set_content('<a href=" javascript:x()">x</a><b onclick="x()">y</b><a href="/">z</a>')
    assert len(page.evaluate(ARMED)) == 2
