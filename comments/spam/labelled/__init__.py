"""A labelled set of comments, made and not collected, that the spam score starts from.

How it was made: `honest.txt` and `spam.txt` hold sentences written for this project, sorted by
kind; none was taken from anybody. `[a|b]` is a choice and `{slot}` a word from `words.txt`, which
may hold slots again. `labelled()` goes round the sentences, so that each is used about equally
often; gives each comment a name and sometimes a quoted passage or a comment it answers; puts slips
of the finger into some of both halves; and disguises some of the spam (look-alike letters, digits
for letters, invisible or spaced letters, capitals). No two comments say the same words, however
they are cased or spaced, and the same seed makes the same set.

What a figure measured on it is worth: little more than that the code works. In the random split
both halves come from the same sentences, so the score has seen each one's sisters. In the split by
`group` (the sentence) none of the tried sentences was seen, and in the split by `kind` not even
its trade, but words for the slots and the writer are the same, and real spam comes from somebody
who reads the site and tries again. Believe the groups before the random split, the kinds before
the groups, and your own moderators' decisions before all three. `tests/unseen_comments.csv` holds
120 more, written one by one without these sentences; its group "first" was looked at while the
sentences were still being written, its group "second" only to measure.
"""

from comments.spam.labelled.generator import Labelled, labelled

__all__ = ["Labelled", "labelled"]
