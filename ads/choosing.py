"""Which ads stand on a page of an article."""

import random

from django.template.loader import render_to_string

from ads.models import Ad
from core.fragments import Loaded, memoized_html

MAX_ADS = 200


class ChosenAds:
    """One ad or none for each placement, by weight, chosen once for a page of a section."""

    def __init__(self, section):
        running = Ad.objects.running().for_section(section).select_related("image")
        # The counts are no part of what is shown.
        self.running = list(running.defer("impressions", "clicks"))
        self.by_placement = {name: self._choose(name) for name in Ad.Placement.values}

    def _choose(self, placement) -> Ad | None:
        ads = [ad for ad in self.running if ad.placement == placement]
        return choose(ads, [ad.weight for ad in ads]) if ads else None

    @property
    def takes_turns(self) -> bool:
        """Whether another time another ad could stand in one of the placements."""
        return len(self.running) > len({ad.placement for ad in self.running})

    def html(self, placement, within="") -> str:
        """`within`: the language of the article on whose page it stands."""
        return ad_html(Loaded.of(self.by_placement[placement]), within)


def choose(ads, weights) -> Ad:
    # Chance here spreads readers over ads; nothing depends on nobody guessing it.
    return random.choices(ads, weights)[0]  # noqa: S311


@memoized_html(MAX_ADS, shared=True)
def ad_html(ad: Loaded, within) -> str:
    return render_to_string("ads/_ad.html", {"ad": ad.value, "within": within})
