import factory

from articles.factories import ArticleFactory
from corrections.models import Correction


class CorrectionFactory(factory.django.DjangoModelFactory):
    """A correction of one sentence in a live article."""

    class Meta:
        model = Correction

    article = factory.SubFactory(ArticleFactory)
    before_number = 1
    after_number = 2
    note = factory.Sequence("Number {} was wrong and is right now.".format)
    changes = factory.LazyFunction(
        lambda: [{"before": "It has 75 offices.", "after": "It has 57 offices."}]
    )
    change_count = factory.LazyAttribute(lambda row: len(row.changes))
