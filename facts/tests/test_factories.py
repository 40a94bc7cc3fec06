import pytest

from facts.factories import FactFactory, TechUseFactory
from facts.models import Fact, TechUse
from images.factories import PictureFactory

pytestmark = pytest.mark.django_db


def test_fact_factory_publishes_with_a_reference_unless_told_otherwise():
    fact, draft, bare = FactFactory(), FactFactory(draft=True), FactFactory(references=None)
    assert fact.references.count() == 1
    assert bare.references.count() == 0
    assert set(Fact.objects.published()) == {fact, bare}
    assert not draft.is_published


def test_fact_factory_with_a_text_gives_no_amount():
    assert FactFactory(text="Lisp", metric__in_words=True).amount is None


def test_tech_use_factory_names_a_source():
    use = TechUseFactory()
    assert list(TechUse.objects.visible()) == [use]


def test_picture_factory_stores_a_real_picture():
    picture = PictureFactory()
    assert (picture.width, picture.height) == (48, 27)
    assert picture.file.storage.exists(picture.file.name)
