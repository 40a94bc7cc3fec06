"""Proposals about one sentence are one matter: they are read together and get one answer."""

from collections import defaultdict
from itertools import islice

from comments.models import Comment
from comments.writing import moderation
from core.web.http import parse_pk
from corrections.proposals.inbox import (
    ProposedCorrection,
    find_passages,
    text_of,
    unanswered,
    with_figures,
    with_passages,
)
from corrections.proposals.sentences import Sentences, folded

# So many other proposals about the same pages are looked at.
MOST_BESIDE = 100
MOST_ALSO = 50
# Of those whose words the text does not hold as they are quoted: the page is read for them.
MOST_READ_FOR = 20


def matters_of(comments) -> list[ProposedCorrection]:
    """Those of these proposals that are the oldest of their matter, with all `others` of it."""
    shown = list(comments)
    beside = unanswered().filter(discussion__in={one.discussion_id for one in shown}).with_page()
    beside = beside.exclude(pk__in=[one.pk for one in shown])[:MOST_BESIDE] if shown else ()
    listed = {one.pk for one in shown}
    together = _together([*shown, *beside])
    return with_figures([one for one in together if one.comment.pk in listed])


def matter_of(comment) -> ProposedCorrection:
    """The proposal with the others of its matter that wait for an answer."""
    beside = unanswered().filter(discussion=comment.discussion_id).exclude(pk=comment.pk)
    asked = with_passages([comment, *beside.with_page()[:MOST_BESIDE]])
    keys = _keys(asked)
    asked[0].others = [one.comment for one, key in zip(asked, keys, strict=True) if key == keys[0]]
    asked[0].others.remove(comment)
    return with_figures(asked[:1])[0]


def public_beside(discussion, quote) -> list[Comment]:
    """What readers see of others' proposals on the sentence that is quoted, newest first."""
    if not folded(quote):
        return []
    theirs = discussion.comments.visible().filter(kind=Comment.Kind.CORRECTION).exclude(quote="")
    found = theirs.order_by("-created_at", "-pk")[:MOST_BESIDE]
    own = Comment(discussion=discussion, kind=Comment.Kind.CORRECTION, quote=quote)
    asked = [ProposedCorrection(one) for one in (own, *found)]
    if len(asked) == 1:
        return []
    sentences = Sentences(text_of(discussion.subject))
    unfound = [one for one in asked if sentences.holding(folded(one.comment.quote)) is None]
    find_passages(unfound[:MOST_READ_FOR])
    wanted, *keys = (_key(one, sentences) for one in asked)
    return [one.comment for one, key in zip(asked[1:], keys, strict=True) if key == wanted]


def _together(comments) -> list[ProposedCorrection]:
    asked = with_passages(sorted(comments, key=lambda one: (one.created_at, one.pk)))
    found = defaultdict(list)
    for one, key in zip(asked, _keys(asked), strict=True):
        found[key].append(one)
    for first, *others in found.values():
        first.others = [one.comment for one in others]
    return [first for first, *_others in found.values()]


def _keys(asked) -> list[tuple]:
    """What tells the matters apart: the page, and the sentence that the proposal quotes."""
    sentences: dict = {}
    for one in asked:
        page = one.comment.discussion_id
        if one.comment.quote and page not in sentences:
            sentences[page] = Sentences(text_of(one.subject))
    return [_key(one, sentences.get(one.comment.discussion_id)) for one in asked]


def _key(one, sentences) -> tuple:
    comment = one.comment
    quote = folded(comment.quote)
    if not quote:
        return (comment.discussion_id, comment.pk)
    passage = folded(one.passage.words) if one.passage else ""
    places = (sentences.holding(words) for words in (quote, passage) if words)
    found = next((place for place in places if place is not None), passage or quote)
    return (comment.discussion_id, found)


def ticked(data, comment) -> list[Comment]:
    """The others that a form says to answer as well: of the same page, and still unanswered."""
    keys = {parse_pk(key) for key in islice(data.getlist("also"), MOST_ALSO)} - {None, comment.pk}
    others = unanswered().filter(pk__in=keys, discussion=comment.discussion_id)
    return list(others.select_for_update(of=("self",)).select_related("discussion"))


def answer_also(data, comment, course, *, outcome, by):
    """Give those who are ticked the same answer. Raises `Changed` as `moderation.set_course`."""
    for other in ticked(data, comment):
        read = moderation.version_read(data, other)
        moderation.set_course(other, course, outcome=outcome, by=by, version=read)
