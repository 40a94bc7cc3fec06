from datetime import timedelta

from django.conf import settings
from django.dispatch import receiver
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.static import serve

from ads.models import Ad
from articles.pagekeys import keys_of_bylines
from audience.viewing import first_looks, record_view
from core.pagestore import made_of, stored_page
from core.web.http import parse_pk, same_origin_required
from core.web.structured import absolute, publisher, script_safe_json
from pages.front import front_page
from pages.texts import text_of

SECURITY_TEXT_DAYS = 180
# More ads than a page has placements are not counted.
MAX_ADS_SEEN = 2


@require_safe
@stored_page("articles", "companies", "metrics")
def home(request):
    context = front_page()
    made_of(request, *keys_of_bylines(context["articles"]))
    return render(request, "pages/home.html", context | _about_us("/"))


@require_safe
@stored_page()
def show_text(request, name):
    text = text_of(name)
    context = {
        "title": text.title,
        "standfirst": text.standfirst,
        "prose_html": text.prose_html,
        "meta_title": text.title,
        "description": text.standfirst,
        **_about_us(reverse(f"pages:{name}")),
    }
    return render(request, [f"pages/{name}.html", "pages/text.html"], context)


def _about_us(path) -> dict:
    """For machines: the page's address, and who publishes it."""
    data = {"@context": "https://schema.org", **publisher()}
    return {"canonical_url": absolute(path), "json_ld": script_safe_json(data)}


@never_cache
@same_origin_required
@require_POST
def count_seen(request, pk):
    """A reader's browser says that the article, and the ads on its page, are before their eyes."""
    shown = [key for key in map(parse_pk, request.POST.getlist("ad")) if key is not None]
    record_view(pk, request, set(shown[:MAX_ADS_SEEN]))
    return HttpResponse(status=204)


@receiver(first_looks)
def count_ads_seen(shown, **kwargs):
    Ad.objects.running().count_impressions(shown)


@require_safe
@stored_page()
def robots(request):
    lines = [
        "User-agent: *",
        *(f"Disallow: /{path}/" for path in ("admin", "ads", "audience", "search", "health")),
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@stored_page()
def security_text(request):
    """RFC 9116. It never says for longer than half a year that nobody has to look at it."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires = (today + timedelta(days=SECURITY_TEXT_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        f"Canonical: {settings.SITE_URL}{reverse('pages:security')}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE.partition('-')[0]}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request):
    """For browsers that ask at the root when what they show names no icon."""
    return HttpResponseRedirect(
        static("img/favicon.ico"), headers={"Cache-Control": "max-age=86400"}
    )


@require_safe
def serve_upload(request, path):
    """A picture of the library: our own re-encoding, never what somebody sent.

    Right for one machine; a server of any size lets its front server answer for /media/.
    """
    try:
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
    except (OSError, ValueError) as error:
        raise Http404 from error
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # A file is named at random when it is written, and its sizes after it: none is ever another.
    response["Cache-Control"] = "max-age=31536000, public, immutable"
    return response
