import random

from django.template.loader import render_to_string

from ads.models import Ad
from core.fragments import memoized_html
from core.prepared import Prepared, Rows

MAX_ADS = 200


def _running(section):
    # The counts are no part of what is shown.
    running = Ad.objects.running().for_section(section).select_related("image")
    return running.defer("impressions", "clicks")


RUNNING = Prepared(_running)


def ads_for(article) -> dict[str, Rows]:
    """One ad or none for each placement, by weight, chosen once for this page of the article."""
    if not hasattr(article, "chosen_ads"):
        running = RUNNING(section=article.section_id)
        places, weights = running.column("placement"), running.column("weight")
        article.running_placements = places
        article.chosen_ads = {}
        for placement in Ad.Placement.values:
            ads = [
                (row, weight)
                for row, place, weight in zip(running, places, weights, strict=True)
                if place == placement
            ]
            article.chosen_ads[placement] = running.only(
                choose(*zip(*ads, strict=True)) if ads else ()
            )
    return article.chosen_ads


def take_turns(article) -> bool:
    """Whether another time another ad could stand in one of the article's placements."""
    ads_for(article)
    return len(article.running_placements) > len(set(article.running_placements))


def choose(ads, weights) -> list:
    # Chance here spreads readers over ads; nothing depends on nobody guessing it.
    return random.choices(ads, weights)  # noqa: S311


@memoized_html(MAX_ADS)
def ad_html(chosen: Rows) -> str:
    return render_to_string("ads/_ad.html", {"ad": next(iter(chosen.objects()), None)})
