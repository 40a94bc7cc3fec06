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
def picture(file, css_class, sizes, ratio=None, alt="", first=False, fallback=None, most=None):
    """A picture that shifts nothing; all but the first of a page wait until they are near.

    `sizes` says how wide the page shows it, for browsers that cannot measure one that waits.
    Browsers without AVIF get the width `fallback`, or their choice: each costs half a kilobyte.
    `most` is the largest width that is any use there.
    """
    shape = file.width, file.height, file.instance.has_renditions
    return _picture(file, *shape, css_class, sizes, ratio, alt, first, fallback, most)


# A file is its name. A list page has twenty, and the next list mostly the same.
@memoized_html(1000)
def _picture(file, width, height, is_drawn, css_class, sizes, ratio, alt, first, fallback, most):
    grid = file.field.container_width, file.field.grid_columns
    width, height, drawn = _shape(width, height, ratio, *grid)
    # One that is smaller than the smallest size has only itself, and so has one just uploaded.
    drawn = [one for one in drawn if not most or one <= most] if is_drawn else []
    avif = _srcset(file, "AVIF", ratio, drawn)
    sizes = sizes if first else f"auto, {sizes}"
    return format_html(
        '<picture class="{}">{}<img {} alt="{}" width="{}" height="{}" {}="{}"></picture>',
        css_class,
        avif and format_html('<source type="image/avif" srcset="{}" sizes="{}">', avif, sizes),
        _without_avif(file, ratio, drawn, sizes, fallback),
        alt,
        width,
        height,
        *(("fetchpriority", "high") if first else ("loading", "lazy")),
    )


def _without_avif(file, ratio, drawn, sizes, fallback) -> str:
    if fallback and drawn:
        width = next((width for width in drawn if width >= fallback), drawn[-1])
        return format_html('src="{}"', Rendition(file.name, "WEBP", ratio, file.storage, width).url)
    webp = _srcset(file, "WEBP", ratio, drawn)
    more = format_html(' srcset="{}" sizes="{}"', webp, sizes) if webp else ""
    return format_html('src="{}"{}', file.url, more)


@lru_cache(1000)
def _shape(width, height, ratio, container_width, columns):
    """How large the picture is at that ratio, and the widths that were drawn of it."""
    ratio = ratio and Fraction(ratio)
    drawn = source_set((width, height), ratio=ratio, max_width=container_width, cols=columns)
    if ratio:
        shown = min(width, int(height * ratio)), min(height, int(width / ratio))
        width, height = (max(edge, 1) for edge in shown)
    return width, height, sorted(drawn)


def _srcset(file, kind, ratio, widths) -> str:
    if not widths:
        return ""
    # Their addresses differ in the width alone.
    one = Rendition(file.name, kind, ratio, file.storage, widths[0])
    before, after = one.url.rsplit(f"/{widths[0]}w.", 1)
    return ", ".join(f"{before}/{width}w.{after} {width}w" for width in widths)
