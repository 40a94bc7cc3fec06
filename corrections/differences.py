"""The sentences that a correction changed, of what readers saw of an article."""

from itertools import zip_longest

from articles.publishing.changes import differences
from articles.publishing.shown import look_at_seen, read_content

MOST_CHANGES = 20
MOST_CHARACTERS = 1000


def changes_of(article, content: dict) -> list[dict]:
    """The sentences that readers saw of the article and would not see so in this content.

    Each is {"before": …, "after": …}; one side is empty where a sentence comes or goes.
    """
    former = look_at_seen(article)
    return differences(former.sentences if former else [], read_content(content)[0])


def trimmed(changes: list[dict]) -> list[dict]:
    """Limit the number and length of the changes that are stored."""
    return [
        dict(zip(("before", "after"), _cut(change["before"], change["after"]), strict=True))
        for change in changes[:MOST_CHANGES]
    ]


def _cut(before, after):
    """Cut both to MOST_CHARACTERS around the first difference."""
    if max(len(before), len(after)) <= MOST_CHARACTERS:
        return before, after
    same = 0
    for was, now in zip_longest(before, after):
        if was != now:
            break
        same += 1
    start = max(same - 100, 0)
    return _part(before, start), _part(after, start)


def _part(text, start):
    head, room = ("… " if start and text else ""), MOST_CHARACTERS
    part = head + text[start:]
    return part if len(part) <= room else part[: room - 1] + "…"
