"""What a check is. All of them stand in `articles.checks.CHECKS`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from articles.checks.manuscript import Manuscript
from articles.models import Article, Level


def place_of(part, line) -> str:
    if isinstance(part, str):
        return str(Article._meta.get_field(part).verbose_name)
    if part:
        return _("entry %(part)d, line %(line)d") % {"part": part, "line": line}
    return _("line %(line)d") % {"line": line}


@dataclass(frozen=True)
class Finding:
    """`part` and `line` are where it stands, as `articles.coverage.parts_of` names the parts.

    What no text says has the name of its field as `part`, no line and no `text`.
    """

    message: str
    text: str = ""
    part: str | int = 0
    line: int = 0
    # Of a figure alone.
    sentence: str = ""

    @property
    def place(self) -> str:
        return place_of(self.part, self.line)


@dataclass(frozen=True)
class Check:
    """`label` names what it finds, `fine` says that there is nothing of it.

    What readers could not do without `is_fixed`: a section has no say in it.
    """

    name: str
    label: str | Promise
    fine: str | Promise
    find: Callable[[Manuscript], Iterable[Finding]] = field(compare=False)
    level: str = Level.WARN
    is_fixed: bool = False

    def level_from(self, check_levels) -> str:
        """`check_levels` are a section's; a draft that is in none has None."""
        level = (check_levels or {}).get(self.name)
        return level if level in Level.values and not self.is_fixed else self.level
