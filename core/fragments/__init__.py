"""HTML that one process renders once and uses again.

memoized    functions whose HTML follows from their arguments alone
uncached    pages with places that are rendered for every response
"""

from core.fragments.memoized import clear_fragments, memoized_html
from core.fragments.uncached import PageWithPlaces

__all__ = ["PageWithPlaces", "clear_fragments", "memoized_html"]
