"""Lists assembled from profiles: which companies match, their order, and what does not compare."""

from urllib.parse import quote

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext

from articles.models import Article, ListEntry, Ranking
from articles.pages.marks import counted, marks_of
from companies.models import Company
from core.text.languages import isolated
from facts.models import Fact, TechUse
from facts.querysets import bounds_first

MOST = 100


def of(article) -> Ranking | None:
    """How a list that was read with its ranking is assembled; None when it is not."""
    if article.kind != Article.Kind.LIST or article.pk is None:
        return None
    return getattr(article, "ranking", None)


def asks_nothing(ranking) -> bool:
    """Whether its entries alone say which companies are listed."""
    return ranking.technology_id is None and ranking.industry_id is None


def places_of(article, as_if=None) -> list[Company]:
    """The companies that the ranking of an article asks for; none when it has no ranking.

    `as_if` is a figure that stands in the place of what its company has today.
    """
    ranking = of(article)
    if ranking is None:
        return []
    is_by_hand = ranking.order == Ranking.Order.HAND
    if is_by_hand and asks_nothing(ranking):
        return []
    companies = matching(ranking, as_if)
    # Ranked by hand, any of them may be chosen.
    return companies if is_by_hand else companies[: ranking.limit]


def matching(ranking, as_if=None) -> list[Company]:
    """The companies that it asks for in its order, a hundred at most. One query."""
    companies = Company.objects.visible().select_related("industry")
    if ranking.technology_id is not None:
        uses = _uses_today().filter(technology=ranking.technology_id)
        companies = companies.filter(pk__in=uses.values("company"))
    if ranking.industry_id is not None:
        companies = companies.filter(industry=ranking.industry_id)
    order = ["sort_name", "pk"]
    if ranking.is_by_amount and ranking.metric_id is not None:
        companies, by_amount = _by_amount(ranking, companies, as_if)
        order = [*by_amount, *order]
    return list(companies.order_by(*order)[:MOST])


def that_may_match(company):
    """The rankings that may choose the company, as a queryset; by hand, entries choose."""
    used = _uses_today().filter(company=company).values("technology")
    return Ranking.objects.filter(
        Q(technology=None) | Q(technology__in=used),
        Q(industry=None) | Q(industry=company.industry_id),
    ).exclude(order=Ranking.Order.HAND)


def _uses_today():
    return TechUse.objects.visible().filter(has_ended=False)


def places_by(ranking, fact) -> bool:
    """Whether the list is ordered by such figures."""
    series = (ranking.metric_id, "")
    return ranking.is_by_amount and (fact.metric_id, fact.scope) == series


def _by_amount(ranking, companies, as_if):
    """The companies with what they are ordered by.

    Counting down, a figure counts for the least that it says, counting up for the most; one that
    says only the other end has no place.
    """
    is_down = ranking.order == Ranking.Order.LARGEST
    figures = Fact.objects.current().with_bounds()
    figures = figures.filter(company=OuterRef("pk"), metric=ranking.metric_id, scope="")
    amount = Subquery(figures.values("least" if is_down else "most")[:1])
    comparator = Subquery(figures.values("comparator")[:1])
    if as_if is not None:
        own = Value(counted(ranking, as_if), output_field=amount.output_field)
        amount = Case(When(pk=as_if.company_id, then=own), default=amount)
        own = Value(as_if.comparator)
        comparator = Case(When(pk=as_if.company_id, then=own), default=comparator)
    companies = companies.annotate(amount=amount, comparator=comparator)
    amount = F("amount").desc(nulls_last=True) if is_down else F("amount").asc(nulls_last=True)
    return companies, [amount, bounds_first(is_down=is_down)]


def shown_entries(article, entries, as_if=None) -> list[ListEntry]:
    """Its places as its page shows them; the entries themselves when it has no ranking."""
    ranking = of(article)
    return entries if ranking is None else arrange(ranking, places_of(article, as_if), entries)


def has_place(article, company, figure=None) -> bool:
    """Whether it stands there today or, where the list is ordered by such, with that figure."""
    entries, ranking = list(article.entries.only("article", "company")), of(article)
    looks = [shown_entries(article, entries)]
    if figure is not None and ranking is not None and places_by(ranking, figure):
        looks.append(shown_entries(article, entries, as_if=figure))
    return any(place.company_id == company.pk for places in looks for place in places)


def arrange(ranking, companies, entries) -> list[ListEntry]:
    """The list's places: each company that matches, with what we say of it where we say something.

    `companies` are what `matching` gave. Ranked by hand, the entries decide and the others
    are left out. Facts are given afterwards; `finish` then says what compares.
    """
    ours = {entry.company_id: entry for entry in entries}
    by_key = {company.pk: company for company in companies}
    if ranking.order == Ranking.Order.HAND:
        is_open = asks_nothing(ranking)
        chosen = [one for one in entries if is_open or one.company_id in by_key]
    else:
        chosen = [ours.get(pk) or _described(company) for pk, company in by_key.items()]
    return chosen[: ranking.limit]


def _described(company) -> ListEntry:
    html = format_html('<p dir="auto">{}</p>', company.description)
    return ListEntry(company=company, blurb_html=html, figures=[])


def fallen_out(ranking, entries) -> list[ListEntry]:
    """Entries of companies that do not match any more: readers are not shown them."""
    if asks_nothing(ranking) and not ranking.is_by_amount:
        return []
    found = {company.pk for company in matching(ranking)}
    return [entry for entry in entries if entry.company_id not in found]


def without_figure(ranking, article) -> list[str]:
    """Names of listed companies that have no current figure of the metric."""
    if ranking.metric_id is None:
        return []
    places = arrange(ranking, matching(ranking), list(article.entries.all()))
    companies = [place.company_id for place in places]
    facts = Fact.objects.current().filter(company__in=companies, metric=ranking.metric, scope="")
    told = set(facts.values_list("company", flat=True))
    return [place.company.name for place in places if place.company_id not in told]


def finish(ranking, places):
    """Give each place its `rank`, its `mark`, its `move`; answers what is said above the list."""
    figures = [_figure_of(ranking, place) for place in places]
    _give_ranks(ranking, places, figures)
    _give_moves(ranking, places)
    for place, mark in zip(places, marks_of(ranking, figures), strict=True):
        place.mark = mark
    return {
        "basis": ranking.basis,
        "rule_html": ranking.rule(_isolating),
        "caution": _caution(places),
        "left": _left(ranking, places),
        "editions": _editions(ranking),
    }


def _isolating(words, **names) -> str:
    return format_html(words, **{name: isolated(value) for name, value in names.items()})


def _editions(ranking) -> list[dict]:
    if not ranking.article_id:
        return []
    address = ranking.article.get_absolute_url()
    return [
        {"name": one["name"], "url": f"{address}editions/{quote(one['slug'])}/"}
        for one in ranking.frozen.get("editions", [])
    ]


def _figure_of(ranking, place):
    """The company's figure by which the list is ordered, which then stands first."""
    if ranking.metric_id is None:
        return None
    mine = [one for one in place.facts if (one.metric_id, one.scope) == (ranking.metric_id, "")]
    place.facts = mine + [fact for fact in place.facts if fact not in mine]
    return mine[0] if mine else None


def _give_ranks(ranking, places, figures):
    before = None
    for number, (place, fact) in enumerate(zip(places, figures, strict=True), start=1):
        if not ranking.is_by_amount:
            place.rank = number
        elif fact is None or counted(ranking, fact) is None:
            place.rank = None
        else:
            same = counted(ranking, fact), fact.is_bound and fact.comparator
            is_tie = before is not None and before[0] == same
            place.rank = before[1] if is_tie else number
            before = same, place.rank


def _caution(places) -> str:
    marked = sum(bool(place.mark) for place in places)
    if not marked:
        return ""
    words = ngettext(
        "%(n)d place does not compare with the others; it says why.",
        "%(n)d places do not compare with the others; each says why.",
        marked,
    )
    return words % {"n": marked}


# Against the edition before


def _give_moves(ranking, places):
    before = {one["company"]: one["rank"] for one in ranking.frozen.get("order", [])}
    for place in places:
        place.move = _move(before, place) if before else ""


def _move(before, place) -> str:
    if place.company_id not in before:
        return gettext("new")
    rank = before[place.company_id]
    if rank is None or place.rank is None or rank == place.rank:
        return ""
    if rank > place.rank:
        return gettext("up %(n)d") % {"n": rank - place.rank}
    return gettext("down %(n)d") % {"n": place.rank - rank}


def _left(ranking, places) -> list[str]:
    here = {place.company_id for place in places}
    order = ranking.frozen.get("order", [])
    return [one["name"] for one in order if one["company"] not in here]
