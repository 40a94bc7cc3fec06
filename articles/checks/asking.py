"""What comes of the findings: what keeps a text from being published, and what is asked about."""

from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.checks import figures, links, pictures, search, story, structure, unfinished, wording
from articles.checks.manuscript import Manuscript
from articles.checks.registry import Check, Finding
from articles.models import Level

MOST_FOUND = 50
MOST_NAMED = 3
# In the order in which an editor is told.
CHECKS: list[Check] = [
    *(check for check in story.CHECKS if check.is_fixed),
    *figures.CHECKS,
    *unfinished.CHECKS,
    *links.CHECKS,
    *pictures.CHECKS,
    *structure.CHECKS,
    *wording.CHECKS,
    *(check for check in story.CHECKS if not check.is_fixed),
    *search.CHECKS,
]
BY_NAME = {check.name: check for check in CHECKS}


@dataclass(frozen=True)
class Result:
    check: Check
    level: str
    findings: list[Finding]

    @property
    def is_blocked(self) -> bool:
        return self.level == Level.BLOCK

    @property
    def named(self) -> list[str]:
        return [one.text for one in self.findings[:MOST_NAMED] if one.text]

    @property
    def finds_more(self) -> bool:
        return len(self.findings) > MOST_NAMED

    @property
    def told(self) -> str:
        """In one line: what it is, where, and what is to be done."""
        words = ", ".join(f"“{text}”" for text in self.named)
        if self.finds_more:
            words = _("%(named)s and others") % {"named": words}
        label = f"{self.check.label} ({words})" if words else str(self.check.label)
        return f"{label}. {self.findings[0].message}"


def results_of(manuscript: Manuscript, levels=(Level.WARN, Level.BLOCK)) -> list[Result]:
    """Of each check that the section has at one of the levels, with or without findings."""
    section = manuscript.section
    at = [(check, check.level_from(section and section.check_levels)) for check in CHECKS]
    return [
        Result(check, level, list(islice(check.find(manuscript), MOST_FOUND)))
        for check, level in at
        if level in levels
    ]


def found_by(manuscript: Manuscript, *names) -> list[Finding]:
    return [one for name in names for one in islice(BY_NAME[name].find(manuscript), MOST_FOUND)]


def refuse_blocked(article, content):
    """ValidationError with what readers could not do without, or what the section keeps back."""
    blank, *others = results_of(Manuscript.of(article, content), [Level.BLOCK])
    if blank.findings:
        raise ValidationError({one.part: one.message for one in blank.findings})
    told = [result.told for result in others if result.findings]
    if told:
        raise ValidationError([*told, _("It is not published like this.")], code="blocked")


def asked_of(results) -> list[Result]:
    return [one for one in results if one.findings and not one.is_blocked]


def digest_of(results) -> str:
    """What an editor who lets them stand has seen: another doubt is asked about again."""
    seen = sorted((one.check.name, f.text) for one in asked_of(results) for f in one.findings)
    return blake2b(repr(seen).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def refuse_doubts(article, content, let_stand=""):
    """ValidationError, but for what is let stand: the digest of all that there is."""
    results = results_of(Manuscript.of(article, content), [Level.WARN])
    doubts = asked_of(results)
    if not doubts or let_stand == digest_of(results):
        return
    told = [one.told for one in doubts[:MOST_NAMED]]
    if len(doubts) > MOST_NAMED:
        told.append(_("There is more to look at."))
    told.append(_("If it is meant so, tick “Publish all the same”."))
    raise ValidationError(told, code="doubts")
