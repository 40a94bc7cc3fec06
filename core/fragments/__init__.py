"""HTML that one process renders once and uses again.

memoized    functions whose HTML follows from their arguments alone
loaded      rows as arguments of such functions
uncached    pages rendered once, with places that are rendered for every response
"""

from core.fragments.loaded import Loaded
from core.fragments.memoized import clear_fragments, memoized_html
from core.fragments.uncached import render_page

__all__ = ["Loaded", "clear_fragments", "memoized_html", "render_page"]
