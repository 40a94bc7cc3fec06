"""Sixteen processes that post, change, heart, report and moderate the same threads at once."""

import email
import email.policy
import http.cookiejar
import json
import multiprocessing
import random
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter

import pytest

from tests.browser.demo_server import BASE_DIR, demo_environment, serve

PROCESSES, ROUNDS = 16, 12
STORY = "/articles/the-quiet-language-behind-the-services-you-use/"
JSON = {"Accept": "application/json"}
# What is on record afterwards, told by the models themselves.
RECOUNT = """
import json
from comments.models import *
comments = list(Comment.objects.prefetch_related("decisions", "hearts", "reports"))
skipped = []
for comment in comments:
    # A decision on a change leaves the comment as it is.
    decisions = sorted(comment.decisions.filter(edit=""), key=lambda one: one.pk)
    for one, other in zip(decisions, decisions[1:]):
        # Between two decisions one may have been undone, and an author or readers may have made
        # the comment wait again.
        undone = one.before if one.undone_at else one.after
        if other.before not in (one.after, undone, "pending", "withdrawn"):
            skipped.append((comment.pk, one.after, other.before))
    standing = [one for one in decisions if not one.undone_at]
    expected = standing[-1].after if standing else decisions[0].before if decisions else None
    if expected and comment.state not in (expected, "pending", "withdrawn"):
        skipped.append((comment.pk, expected, comment.state))
print(json.dumps({
    "hearts": [(c.heart_count, sum(h.is_given for h in c.hearts.all())) for c in comments],
    "reports": [(c.report_count, c.reports.open().count()) for c in comments],
    "skipped": skipped,
    "decisions": Decision.objects.count(),
    "edited": Comment.objects.exclude(edited_at=None).count(),
    "revisions": CommentRevision.objects.exclude(comment__edited_at=None)
    .values("comment").distinct().count(),
    "published": Comment.objects.filter(state="published").count(),
    "sent": Notice.objects.exclude(sent_at=None).count(),
    "unsent": Notice.objects.filter(sent_at=None).count(),
}))
"""


class Visitor:
    """A browser: cookies, and the headers that it sends of itself."""

    def __init__(self, site):
        self.site = site
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path):
        return self.opener.open(self.site + path, timeout=120).read().decode()

    def post(self, path, headers=(), **data):
        request = urllib.request.Request(
            self.site + path,
            data=urllib.parse.urlencode(data).encode(),
            headers={"Origin": self.site, "Referer": self.site + path, **dict(headers)},
        )
        try:
            with self.opener.open(request, timeout=120) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def post_form(self, path, **data):
        """A form of a page of the visitor's own, with its token; 404 where there is none (more)."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        if token is None:
            return 404
        return self.post(path, csrfmiddlewaretoken=token[1], **data)[0]


def live_one_life(job):
    """Answers the codes of all that was asked for."""
    site, discussion, number = job
    dice = random.Random(number)
    reader, desk = Visitor(site), Visitor(site)
    login = "/admin/login/"
    codes = [desk.post_form(login, username="moderator", password="dateline-demo", next="/admin/")]
    known, mine = known_comments(reader, discussion), []
    for round_number in range(ROUNDS):
        verb = dice.choice(["post", "post", "edit", "heart", "report", "moderate", "moderate"])
        if verb == "post" or not (known or mine):
            hidden = json.loads(reader.get(f"{discussion}form/"))
            words = f"Number {number} has something to say, for the {round_number}th time."
            form = {"kind": "question", "name": f"Reader {number}", "text": words, **hidden}
            code, said = reader.post(
                discussion, JSON, **form, email=f"reader-{number}-{round_number}@example.org"
            )
            found = re.search(r"\bc-([0-9a-f]{10})", said)
            mine += [found[1]] if found else []
        elif verb == "edit" and mine:
            words = f"Number {number} says it otherwise, the {round_number}th time."
            code = reader.post_form(f"/discussions/mine/{dice.choice(mine)}/", text=words)
        elif verb == "moderate":
            code = decide(desk, dice)
        else:
            what = dice.choice(known or mine)
            path = f"/discussions/report/{what}/" if verb == "report" else f"/c/{what}/"
            fields = {"reason": "abuse"} if verb == "report" else {"heart": ""}
            code, _said = reader.post(path, JSON if verb == "heart" else (), **fields)
        codes.append((verb, code))
        known = known_comments(reader, discussion)
    return codes


def known_comments(visitor, discussion):
    return re.findall(r'"/c/([0-9a-f]{10})/"', visitor.get(f"{discussion}?sort=newest"))


def decide(desk, dice):
    page = desk.get("/admin/comments/comment/?state=all")
    buttons = re.findall(r'name="_(approve|reject|spam|remove|undo)" value="(\d+)"', page)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if not buttons:
        return 200
    verb, pk = dice.choice(buttons)
    data = {"csrfmiddlewaretoken": token[1], f"_{verb}": pk}
    return desk.post("/admin/comments/comment/decide/", **data)[0]


@pytest.fixture
def newsroom(tmp_path):
    limits = {
        "COMMENTS_PER_MINUTE": "0",
        "COMMENTS_PER_SUBNET_PER_MINUTE": "0",
        "COMMENTS_PER_THREAD_PER_HOUR": "0",
        "HEARTS_PER_SUBNET_AND_PAGE": "0",
        "HEARTS_PER_SUBNET_PER_MINUTE": "100000",
        "COMMENTS_MODE": "post",
        "EMAIL_URL": f"filemail:///{tmp_path}/mail",
    }
    (tmp_path / "mail").mkdir()
    with demo_environment(**limits) as env:
        yield env, tmp_path / "mail"


@pytest.mark.long
def test_crowd_in_one_discussion_leaves_counts_states_and_mails_exact(newsroom):
    env, outbox = newsroom
    with serve(env) as server:
        discussion = re.search(r"/discussions/article/\d+/", Visitor(server.address).get(STORY))[0]
        jobs = [(server.address, discussion, number) for number in range(PROCESSES)]
        with multiprocessing.get_context("spawn").Pool(PROCESSES) as crowd:
            lives = crowd.map(live_one_life, jobs, chunksize=1)
        # What somebody else took down meanwhile is not there (404), or changed no more (422).
        codes = Counter(code for life in lives for _verb, code in life[1:])
        assert set(codes) <= {200, 201, 404, 422, 429}, codes
        assert {life[0] for life in lives} == {200}
        assert codes[200] + codes[201] > PROCESSES * ROUNDS / 2
        said = Visitor(server.address).get(f"{discussion}?sort=newest")
    worker = [sys.executable, "manage.py", "run_worker", "--until-empty"]
    subprocess.run(worker, cwd=BASE_DIR, env=env, check=True)
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", RECOUNT]
    told = subprocess.run(shell, cwd=BASE_DIR, env=env, check=True, capture_output=True, text=True)
    counts = json.loads(told.stdout.strip().splitlines()[-1])
    assert counts["skipped"] == []
    assert all(on_row == rows for on_row, rows in counts["hearts"])
    assert sum(rows for _on_row, rows in counts["hearts"]) > 0
    assert all(on_row == rows for on_row, rows in counts["reports"])
    assert counts["decisions"] > PROCESSES
    assert counts["edited"] == counts["revisions"] > 0
    assert re.search(r"(\d+) comments?</span>", said)
    mails = list(mails_in(outbox))
    assert counts["unsent"] == 0
    assert len(mails) == counts["sent"] == len(set(mails)) > PROCESSES


def mails_in(directory):
    """Whom each mail went to, and its subject; everybody has an address of their own here."""
    for path in directory.iterdir():
        for text in path.read_text().split("-" * 79 + "\n"):
            if text.strip():
                message = email.message_from_string(text, policy=email.policy.default)
                yield message["To"], message["Subject"]
