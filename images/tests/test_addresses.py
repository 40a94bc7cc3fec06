"""Which picture an address in a text means, and how large it is there."""

import pytest

from images.addresses import Finder
from images.models import Picture

NAME = "pictures/2026/01/0123456789abcdef"


@pytest.fixture
def picture(db):
    picture = Picture(title="Field", is_decorative=True, width=1600, height=1200)
    Picture.objects.bulk_create([picture])
    Picture.objects.update(file=f"{NAME}.png")


@pytest.mark.usefixtures("picture")
@pytest.mark.parametrize(
    ("address", "size"),
    [
        (f"/media/{NAME}.png", (1600, 1200)),
        (f"/media/{NAME}/640w.webp", (640, 480)),
        (f"/media/{NAME}/16_9/640w.avif", (640, 360)),
        (f"/media/{NAME}/1_1/320w.avif", (320, 320)),
        ("/media/pictures/2026/01/other.png", None),
        ("/media/pictures/2026/01/0123.png", None),
        (f"/media/{NAME}/0_0/640w.avif", None),
        (f"/media/{NAME}/16_0/640w.avif", None),
        (f"/static/{NAME}.png", None),
        ("/a.png", None),
        ("", None),
    ],
)
def test_address_gives_the_size_of_the_picture_it_means(address, size):
    found = Finder().find(address)
    assert (found and found[:3]) == (size and (address, *size))


@pytest.mark.usefixtures("picture")
def test_picture_in_an_article_has_its_room():
    from articles.factories import ArticleFactory

    article = ArticleFactory(body=f"![A field](/media/{NAME}.png)")
    assert 'width="1600" height="1200"' in article.body_html
