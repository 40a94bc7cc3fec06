"""Moments as people at the desk type them: by a clock that is named."""

import datetime

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

CLOCK = "%H:%M:%S"
FORMATS = ("%H:%M:%S%z", "%H:%M%z")


def offsets_of(wall) -> tuple:
    """What the clock may be ahead of UTC by when it shows this: twice the same, but in two nights.

    In autumn an hour comes twice, and the first is further ahead; in spring one is left out.
    """
    zone = timezone.get_current_timezone()
    return tuple(wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))


def _with_offset(wall, offset) -> str:
    moment = wall.replace(tzinfo=datetime.timezone(offset))
    return f"{moment:{CLOCK}}{moment.isoformat()[-6:]}"


class ClockField(forms.TimeField):
    """Takes 02:30+01:00 as well, for the hour that comes twice."""

    def to_python(self, value):
        text = str(value).replace(" ", "") if value not in self.empty_values else ""
        for pattern in FORMATS:
            try:
                moment = datetime.datetime.strptime(text, pattern)  # noqa: DTZ007 - %z stands in a variable
            except ValueError:
                continue
            return moment.timetz()
        return super().to_python(value)


class MomentWidget(AdminSplitDateTime):
    def decompress(self, value):
        """What the clock shows; in the hour that comes twice, with which of the two it is."""
        parts = super().decompress(value)
        if value and timezone.is_aware(value):
            wall = timezone.localtime(value).replace(tzinfo=None, fold=0, microsecond=0)
            first, second = offsets_of(wall)
            if first > second:
                parts[1] = _with_offset(wall, timezone.localtime(value).utcoffset())
        return parts


class MomentField(forms.SplitDateTimeField):
    widget = MomentWidget

    def __init__(self, *, help_text="", **kwargs):
        clock = format_lazy(_("By the clock of {zone}."), zone=timezone.get_default_timezone_name())
        super().__init__(help_text=format_lazy("{} {}", help_text, clock), **kwargs)
        is_required = self.fields[1].required
        told = {"invalid": self.error_messages["invalid_time"]}
        self.fields = (self.fields[0], ClockField(required=is_required, error_messages=told))

    def compress(self, data_list):
        if not data_list or any(part in self.empty_values for part in data_list):
            return super().compress(data_list)
        if data_list[1].tzinfo:
            return self._in_utc(datetime.datetime.combine(*data_list))
        wall = datetime.datetime.combine(*data_list)
        first, second = offsets_of(wall)
        if first > second:
            told = gettext(
                "The clock shows %(time)s twice that night: type %(first)s or %(second)s."
            )
            named = {"first": _with_offset(wall, first), "second": _with_offset(wall, second)}
            raise ValidationError(told % {"time": date_format(wall, "H:i"), **named})
        if first < second:
            told = gettext("The clock is put forward that night and never shows %(time)s.")
            raise ValidationError(told % {"time": date_format(wall, "H:i")})
        return super().compress(data_list)

    def _in_utc(self, moment):
        try:
            return moment.astimezone(datetime.UTC)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid_date"]) from error


# For an admin's `formfield_overrides`.
BY_A_NAMED_CLOCK = {models.DateTimeField: {"form_class": MomentField, "widget": MomentWidget}}
