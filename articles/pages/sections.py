from articles.models import Section
from core.pagestore import page_part


def nav_sections(request) -> list[Section]:
    """The sections that every page names."""
    return page_part(request, ("sections",), lambda: (list(Section.objects.all()), ()))
