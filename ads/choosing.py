"""Which ads stand on a page of an article."""

import random
from collections import defaultdict

from django.template.loader import render_to_string

from ads.models import Ad


class RunningAds:
    """The ads that run in a section now, as HTML.

    `within`: the language of the article on whose page they stand.
    """

    def __init__(self, section, within=""):
        self.by_placement = defaultdict(list)
        running = Ad.objects.running().for_section(section).select_related("image")
        # The counts are no part of what is shown.
        for ad in running.defer("impressions", "clicks"):
            html = render_to_string("ads/_ad.html", {"ad": ad, "within": within})
            self.by_placement[ad.placement].append((html, ad.weight))

    @property
    def takes_turns(self) -> bool:
        """Whether another time another ad could stand in one of the placements."""
        return any(len(ads) > 1 for ads in self.by_placement.values())

    def choose(self, placement) -> str:
        """One ad by weight, or nothing."""
        ads = self.by_placement.get(placement)
        return choose(*zip(*ads, strict=True)) if ads else ""


def choose(ads, weights):
    # Chance here spreads readers over ads; nothing depends on nobody guessing it.
    return random.choices(ads, weights)[0]  # noqa: S311
