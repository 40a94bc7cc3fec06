from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ads.clicks import record_click
from ads.models import Ad


@never_cache
@require_safe
def follow_ad(request, pk):
    """Count a reader's click and lead to the stored address: none comes from the request."""
    ad = get_object_or_404(Ad.objects.started(), pk=pk)
    record_click(ad, request)
    return HttpResponseRedirect(ad.url, headers={"X-Robots-Tag": "noindex, nofollow"})
