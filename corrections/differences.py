"""The sentences that a correction changed, from an article's plain text before and after."""

from itertools import zip_longest

from core import prose
from core.comparing import passages
from core.prose.document import SENTENCE_END
from facts.prose.naming import FactResolver, LinkTargets

MOST_CHANGES = 20
MOST_CHARACTERS = 1000


def changed_sentences(before: dict, after: dict) -> list[dict]:
    """The sentences that differ between two contents (`articles.publishing.snapshots`).

    Each is {"before": …, "after": …}; one side is empty where a sentence was added or removed.
    """
    named = LinkTargets(*_markdown(before), *_markdown(after))
    return differences(sentences_of(before, named), sentences_of(after, named))


def sentences_of(content: dict, named: LinkTargets) -> list[str]:
    texts = [content["title"], content["standfirst"]]
    for markdown in _markdown(content):
        resolve = FactResolver(named, language=content["language"]).resolve
        texts.append(prose.render(markdown, resolve, language=content["language"]).text)
    return [sentence for text in texts for sentence in split(text)]


def _markdown(content) -> list[str]:
    entries = content["entries"] if content["kind"] == "list" else []
    return [content["body"], *(f"{one['heading']}\n\n{one['blurb']}" for one in entries)]


def split(text: str) -> list[str]:
    """Split plain text into sentences with normalized white space."""
    found = []
    for line in text.splitlines():
        start = 0
        for end in [match.end() for match in SENTENCE_END.finditer(line)] + [len(line)]:
            found.append(" ".join(line[start:end].split()))
            start = end
    return [sentence for sentence in found if sentence]


def differences(before: list[str], after: list[str]) -> list[dict]:
    found = []
    for is_same, old, new in passages(before, after):
        if is_same:
            continue
        # The same number: pair them one to one.
        pairs = zip(old, new, strict=True) if len(old) == len(new) else [(old, new)]
        found += [{"before": _joined(was), "after": _joined(now)} for was, now in pairs]
    return found


def _joined(sentences) -> str:
    return sentences if isinstance(sentences, str) else " ".join(sentences)


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
