from django.conf import settings
from django.utils.functional import SimpleLazyObject

from articles.pages.sections import nav_sections


def publication(request):
    """The publication's own name, and its sections for the masthead: nothing of the visitor."""
    return {
        "site_name": settings.SITE_NAME,
        "site_tagline": settings.SITE_TAGLINE,
        "site_motto": settings.SITE_MOTTO,
        "site_footer": settings.SITE_FOOTER,
        "site_url": settings.SITE_URL,
        "nav_sections": SimpleLazyObject(lambda: nav_sections(request)),
    }
