from datetime import timedelta

from django.db import connections, models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce


class DailyViewsQuerySet(models.QuerySet):
    def of_the_most_read(self, days, most):
        """Views of the articles that were among the `most` read on one of these days, newest first.

        `month` has all these days, `recent` the last two of them, `week` the seven before.
        """
        read = self.filter(article__in=self._most_read(days, most), day__gte=days[-1])
        last = days[0] - timedelta(days=1)
        recent = Q(day__gte=last)
        week = Q(day__lt=last, day__gte=last - timedelta(days=7))
        return read.values("article").annotate(
            month=Sum("views"),
            recent=Coalesce(Sum("views", filter=recent), 0),
            week=Coalesce(Sum("views", filter=week), 0),
        )

    def _most_read(self, days, most) -> set:
        """Each day's from its place in the index: so many, however many articles were read."""
        of_a_day = (
            "SELECT article_id FROM (SELECT article_id FROM audience_dailyviews"
            " WHERE day = %s ORDER BY views DESC LIMIT %s) AS most_read"
        )
        asked = [value for day in days for value in (str(day), most)]
        with connections[self.db].cursor() as cursor:
            cursor.execute(" UNION ".join([of_a_day] * len(days)), asked)
            return {pk for (pk,) in cursor.fetchall()}


class DailySumQuerySet(models.QuerySet):
    def add(self, day, **counts):
        """Increment a day's counts atomically."""
        changes = {name: models.F(name) + number for name, number in counts.items()}
        # As many queries for the first of a day as for any other.
        self.bulk_create([self.model(day=day)], ignore_conflicts=True)
        self.filter(day=day).update(**changes)

    def take_heart_back(self, day):
        """Of the day on which it was given; days before anybody counted have none to give."""
        self.filter(day=day, hearts__gt=0).update(hearts=models.F("hearts") - 1)
