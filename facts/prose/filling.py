"""Figures in a text, with their current values.

Stored HTML has a numbered placeholder for each figure, `<data value="3">75 million</data>`, and
the list of quotations is stored beside it. Dates, sources, withdrawals and newer values are filled
in when the page is rendered, so a new value changes no article and no article shows an old one.
"""

import re
from dataclasses import dataclass
from html import unescape

from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.text.languages import by_us, isolated, said_within, speaking
from facts.models import Fact, Reference
from facts.prose.disputes import rivals_of_quoted
from facts.rules.precedence import is_newer, pick_shown, series_key
from facts.rules.wording import words_of

PLACEHOLDER = re.compile(r'<data value="(\d{1,6})">(.*?)</data>', re.DOTALL)


@dataclass(frozen=True)
class Quoted:
    """One placeholder: the fact that was meant when the text was saved.

    `shown_when_written` is what was shown when pinned words were first written: only a later figure
    is news.
    """

    fact: int
    company: int
    metric: int
    scope: str
    is_live: bool
    shown_when_written: int | None = None

    @property
    def key(self):
        return self.company, self.metric, self.scope

    def stored(self) -> list:
        return [self.fact, *self.key, self.is_live, self.shown_when_written]


def quoted_in(stored) -> list[Quoted]:
    """The quotations stored in a row."""
    return [Quoted(*row) for row in stored]


def placeholder(number: int, words: str) -> str:
    return format_html('<data value="{}">{}</data>', str(number), words)


def references_of(quoted) -> list[Reference]:
    """All that may be said of the figures. One query, none where nothing is quoted."""
    if not quoted:
        return []
    references = Reference.objects.filter(
        fact__company__in={one.company for one in quoted},
        fact__metric__in={one.metric for one in quoted},
        fact__status=Fact.Status.PUBLISHED,
        fact__company__is_public=True,
    )
    return list(references.select_related("source", "fact__company", "fact__metric").order_by("pk"))


def figures_of(*texts: list[Quoted], language: str = "") -> "Figures":
    """The figures of one page's texts, given in reading order. One query, or two with disputes."""
    return Figures(texts, references_of([one for text in texts for one in text]), language)


def figures_of_pages(pages) -> list["Figures"]:
    """The same for several pages, each a list of texts. As many queries in all."""
    quoted = [one for texts in pages for text in texts for one in text]
    references = references_of(quoted)
    rivals = rivals_of_quoted(quoted, references)
    return [Figures(texts, references, rivals=rivals) for texts in pages]


class Figures:
    """`fill` a text's placeholders; `sources` is the page's numbered list, in order of first use.

    Each source is a dict with its `figures`, and each of those has the `quotes` that state it.
    """

    def __init__(self, texts, references, language: str = "", rivals=None):
        """`texts` are lists of `Quoted`; `references` may include those of other texts.

        The list of sources is for a page in that `language`. `rivals` are those of the quoted, if
        they were asked for already.
        """
        if rivals is None:
            rivals = rivals_of_quoted([one for text in texts for one in text], references)
        self.rivals = rivals
        self.facts: dict[int, Fact] = {}
        self.sources: list[dict] = []
        self._cited: dict[int, list[Reference]] = {}
        self._numbers: dict[int, int] = {}
        keys = {one.key for text in texts for one in text}
        for reference in references:
            if series_key(reference.fact) in keys:
                self.facts.setdefault(reference.fact_id, reference.fact)
                self._cited.setdefault(reference.fact_id, []).append(reference)
        self._shown = self._current()
        with speaking(language):
            for one in (one for text in texts for one in text):
                if fact := self.fact_of(one):
                    for reference in self._cited[fact.pk]:
                        self._cite(fact, reference)

    def _current(self) -> dict:
        by_series: dict[tuple, list] = {}
        for fact in self.facts.values():
            by_series.setdefault(series_key(fact), []).append(fact)
        return {key: pick_shown(facts, timezone.localdate()) for key, facts in by_series.items()}

    def fact_of(self, quoted: Quoted) -> Fact | None:
        """The fact it refers to today; None if there is none that readers may see."""
        if quoted.is_live and (shown := self._shown.get(quoted.key)):
            return shown
        return self.facts.get(quoted.fact)

    def is_sourced(self, quoted: Quoted) -> bool:
        """Whether readers are shown a figure that stands, with what it rests on."""
        fact = self.fact_of(quoted)
        return fact is not None and not fact.is_deprecated

    def newer_than(self, quoted: Quoted) -> Fact | None:
        """A fact that replaced the quoted one since the words were written."""
        shown, fact = self._shown.get(quoted.key), self.facts.get(quoted.fact)
        if quoted.is_live or not (shown and fact) or fact.is_deprecated:
            return None
        is_news = shown.pk not in (fact.pk, quoted.shown_when_written)
        return shown if is_news and is_newer(shown, fact, self.facts) else None

    def fill(self, html: str, quoted: list[Quoted], language: str = "") -> SafeString:
        """`language`: in which the text is written, and its figures are said if we know how."""
        ours = said_within(language)

        def figure(match):
            number, words = int(match[1]), mark_safe(match[2])  # noqa: S308 - cleaned when stored
            if number >= len(quoted):
                return words
            return self._figure(quoted[number], self.fact_of(quoted[number]), words, ours)

        with speaking(language):
            return mark_safe(PLACEHOLDER.sub(figure, html))  # noqa: S308 - our own sanitised HTML

    def fill_text(self, html: str, quoted, language: str = "", *, is_dated: bool = True) -> str:
        """The words of a rendered text alone, in one line, as search and summaries show them.

        `is_dated`: whether pinned words bear their date.
        """

        def figure(match):
            number, words = int(match[1]), unescape(match[2])
            if number < len(quoted):
                words = in_plain_text(self.fact_of(quoted[number]), words, is_dated=is_dated)
            return escape(words)

        with speaking(language):
            return " ".join(unescape(strip_tags(PLACEHOLDER.sub(figure, html))).split())

    def _figure(self, quoted: Quoted, fact: Fact | None, words, ours) -> str:
        """The words as the control that leads to the figure, its date, and what changed since."""
        if fact is None:
            return _without_its_figure(words, ours)
        if fact.is_deprecated:
            words = _found_wrong() if quoted.is_live else format_html("<s>{}</s>", words)
        return format_html(
            '<a class="fact{}" href="{}"><data value="{}"{}>{}</data></a>'
            '<sup class="as-of"{}>{}</sup>{}',
            " wrong" if fact.is_deprecated else " live" if quoted.is_live else "",
            fact.get_absolute_url(),
            fact.machine_value,
            ours if quoted.is_live else "",
            words or isolated(fact.display_value),
            ours,
            _label(fact),
            self._news(quoted, fact, ours),
        )

    def _news(self, quoted, fact, ours) -> str:
        """What the words do not say: why it was wrong, a newer figure, or one that disputes it."""
        if fact.is_deprecated:
            instead = self.stands_instead(fact)
            said = [by_us(fact.deprecated_reason)]
            said += [_named(_("What stands now:"), instead)] if instead else []
            told = format_html_join(" ", "{}", ((one,) for one in said))
            return format_html(' <span class="newer"{}>{}</span>', ours, told)
        if newer := self.newer_than(quoted):
            now = _named(_("newer figure:"), newer)
            return format_html(' <span class="newer"{}>{}</span>', ours, now)
        if rivals := self.rivals.get(fact.pk):
            told = _named(_("disputed; another source says:"), rivals[0])
            return format_html(' <span class="newer"{}>{}</span>', ours, told)
        return ""

    def stands_instead(self, fact) -> Fact | None:
        """What is shown in the place of a withdrawn fact, if anything is."""
        return self._shown.get(series_key(fact)) if fact.is_deprecated else None

    def _cite(self, fact, reference):
        number = self._numbers.setdefault(reference.source_id, len(self._numbers) + 1)
        if number > len(self.sources):
            self.sources.append(_source(reference.source, number))
        figures = self.sources[number - 1]["figures"]
        figure = next((one for one in figures if one["public_id"] == fact.public_id), None)
        if figure is None:
            first = self._numbers[self._cited[fact.pk][0].source_id]
            figure = _figure(fact, first, self.stands_instead(fact))
            figure["words"] += ["disputed"] if fact.pk in self.rivals else []
            figures.append(figure)
        said = [quote for one in figures for quote in one["quotes"]]
        if reference.quote and reference.quote not in said:
            figure["quotes"].append(reference.quote)


def in_plain_text(fact: Fact | None, words: str = "", *, is_dated: bool = True) -> str:
    """A figure where there is no markup: in its words, with its date or with what is wrong.

    `words` are those it is pinned to, which a title has without their date; `fact` is None where
    readers may not see it.
    """
    if fact is None:
        return f"{words} ({_('source not shown')})" if words else _not_shown()
    if fact.is_deprecated and not words:
        return _found_wrong()
    if words and not is_dated and not fact.is_deprecated:
        return words
    return f"{words or fact.display_value} ({_label(fact)})"


def _without_its_figure(words, ours) -> str:
    """Of a figure that readers may no longer see: the sentence keeps its words, or gets some."""
    if not words:
        return format_html("<span{}>{}</span>", ours, _not_shown())
    return format_html('{}<sup class="as-of"{}>{}</sup>', words, ours, _("source not shown"))


def _label(fact) -> str:
    return _("withdrawn") if fact.is_deprecated else fact.as_of_label


def _found_wrong() -> str:
    return _("(a figure found wrong)")


def _not_shown() -> str:
    return _("(a figure no longer shown)")


def _named(remark, fact) -> str:
    return format_html(
        '{} <a class="fact" href="{}">{}</a> ({})',
        *(remark, fact.get_absolute_url(), isolated(fact.display_value), fact.as_of_label),
    )


def _figure(fact, number, instead) -> dict:
    """`number` is that of its first source, where a list that shows each figure once puts it.

    `instead` is the fact that stands in the place of a withdrawn one, or None.
    """
    return {
        "number": number,
        "public_id": fact.public_id,
        "company": fact.company.name,
        "company_url": fact.company.get_absolute_url(),
        "metric": fact.metric.label,
        "scope": fact.scope,
        "value": fact.display_value,
        "as_of_label": fact.as_of_label,
        "basis": str(fact.get_basis_display()),
        "url": fact.get_absolute_url(),
        # How old it is, the list of sources does not judge.
        "words": [word for word in words_of(fact) if word != "stale"],
        "quotes": [],
        "wrong_because": fact.deprecated_reason,
        "instead": in_its_place(instead),
    }


def in_its_place(fact) -> dict | None:
    """What is said of the fact that stands instead of a withdrawn one."""
    return fact and {
        "url": fact.get_absolute_url(),
        "value": fact.display_value,
        "as_of_label": fact.as_of_label,
    }


def _source(source, number) -> dict:
    return {
        "number": number,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url or "",
        "archive_url": source.archive_url,
        "gone_since": source.gone_since,
        "published_on": source.published_on,
        "published_label": source.published_label if source.published_on else "",
        "figures": [],
    }
