"""Pictures in pages, in the sizes that were drawn of them."""

from fractions import Fraction
from functools import lru_cache

from django import template
from django.utils.html import format_html
from pictures.utils import source_set

from core.fragments import memoized_html
from images.renditions import Rendition

register = template.Library()


@register.simple_tag
def picture(file, css_class, sizes, ratio=None, alt="", first=False):
    """A picture that shifts nothing; all but the first of a page wait until they are near.

    `sizes` says how wide the page shows it, for browsers that cannot measure one that waits.
    """
    is_drawn = file.instance.has_renditions
    return _picture(file, file.width, file.height, is_drawn, css_class, sizes, ratio, alt, first)


# A file is its name. A list page has twenty, and the next list mostly the same.
@memoized_html(1000)
def _picture(file, width, height, is_drawn, css_class, sizes, ratio, alt, first):
    grid = file.field.container_width, file.field.grid_columns
    width, height, drawn = _shape(width, height, ratio, *grid)
    # One that is smaller than the smallest size has only itself, and so has one just uploaded.
    drawn = drawn if is_drawn else []
    avif, webp = (_srcset(file, kind, ratio, drawn) for kind in ("AVIF", "WEBP"))
    sizes = sizes if first else f"auto, {sizes}"
    return format_html(
        '<picture class="{}">{}<img src="{}"{} alt="{}" width="{}" height="{}" {}="{}"></picture>',
        css_class,
        avif and format_html('<source type="image/avif" srcset="{}" sizes="{}">', avif, sizes),
        file.url,
        webp and format_html(' srcset="{}" sizes="{}"', webp, sizes),
        alt,
        width,
        height,
        *(("fetchpriority", "high") if first else ("loading", "lazy")),
    )


@lru_cache(1000)
def _shape(width, height, ratio, container_width, columns):
    """How large the picture is at that ratio, and the widths that were drawn of it."""
    ratio = ratio and Fraction(ratio)
    drawn = source_set((width, height), ratio=ratio, max_width=container_width, cols=columns)
    if ratio:
        width, height = min(width, int(height * ratio)), min(height, int(width / ratio))
    return width, height, sorted(drawn)


def _srcset(file, kind, ratio, widths) -> str:
    if not widths:
        return ""
    # Their addresses differ in the width alone.
    one = Rendition(file.name, kind, ratio, file.storage, widths[0])
    before, after = one.url.rsplit(f"/{widths[0]}w.", 1)
    return ", ".join(f"{before}/{width}w.{after} {width}w" for width in widths)
