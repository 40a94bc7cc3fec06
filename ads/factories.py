import factory

from ads.models import Ad


class AdFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Ad

    name = factory.Sequence(lambda n: f"Campaign {n}")
    placement = Ad.Placement.ABOVE
    headline = factory.Sequence(lambda n: f"Headline {n}")
    url = "https://sponsor.example/"
    sponsor = "Sponsor"
