import operator

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ads.models import Ad
from core.db.buffers import Buffer
from core.web.http import is_automated

clicks = Buffer("ad clicks", write=Ad.objects.count_clicks, merge=operator.add)


@never_cache
@require_safe
def follow_ad(request, pk):
    """Count a reader's click and lead to the stored address: none comes from the request."""
    ad = get_object_or_404(Ad.objects.started(), pk=pk)
    if not is_automated(request):
        clicks.add(ad.pk, 1)
    return HttpResponseRedirect(ad.url, headers={"X-Robots-Tag": "noindex, nofollow"})
