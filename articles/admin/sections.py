"""Which checks a section leaves out, asks about, or lets keep a text from being published."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.checks import CHECKS
from articles.models import Level, Section

SET_BY_SECTION = [check for check in CHECKS if not check.is_fixed]
# The name of a check, by that of its field.
LEVELS = {f"level_{check.name}": check.name for check in SET_BY_SECTION}


def _field(check) -> forms.ChoiceField:
    default = _("as everywhere: %(level)s") % {"level": Level(check.level).label}
    return forms.ChoiceField(
        label=check.label, required=False, choices=[("", default), *Level.choices]
    )


class BaseSectionForm(forms.ModelForm):
    class Meta:
        model = Section
        fields = ["name", "slug", "description", "position", "comment_mode", "four_eyes"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field, check in LEVELS.items():
            if field in self.fields:
                self.fields[field].initial = self.instance.check_levels.get(check, "")

    def clean(self):
        data = super().clean()
        typed = {check: data[field] for field, check in LEVELS.items() if field in data}
        levels = self.instance.check_levels | typed
        self.instance.check_levels = {check: level for check, level in levels.items() if level}
        return data


SectionForm = type(
    "SectionForm",
    (BaseSectionForm,),
    {f"level_{check.name}": _field(check) for check in SET_BY_SECTION},
)


def blocked_in(section) -> str:
    return ", ".join(
        str(check.label)
        for check in SET_BY_SECTION
        if check.level_from(section.check_levels) == Level.BLOCK
    )
