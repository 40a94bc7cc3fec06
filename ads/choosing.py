import random

from ads.models import Ad


def ads_for(article) -> dict:
    """One ad for each placement, by weight, chosen once for this page of the article."""
    if not hasattr(article, "chosen_ads"):
        running = Ad.objects.running().for_section(article.section_id).select_related("image")
        article.running_ads = list(running)
        article.chosen_ads = {
            placement: choose([ad for ad in article.running_ads if ad.placement == placement])
            for placement in Ad.Placement.values
        }
    return article.chosen_ads


def take_turns(article) -> bool:
    """Whether another time another ad could stand in one of the article's placements."""
    ads_for(article)
    return len(article.running_ads) > len({ad.placement for ad in article.running_ads})


def choose(ads) -> Ad | None:
    # Chance here spreads readers over ads; nothing depends on nobody guessing it.
    return random.choices(ads, [ad.weight for ad in ads])[0] if ads else None  # noqa: S311
