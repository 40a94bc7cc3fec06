"""Addresses that a profile once had, or had before it was merged, lead to where it is today."""

from functools import wraps

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse

from companies.models import Company


def leads_from_former_slugs(view):
    """For a view of a company by its `slug`, which raises Http404 where there is none."""

    @wraps(view)
    def led(request, slug):
        try:
            return view(request, slug)
        except Http404:
            company = Company.objects.visible().filter(former_slugs__slug=slug).first()
            if company is None:
                raise
        name = request.resolver_match.view_name
        return HttpResponsePermanentRedirect(reverse(name, kwargs={"slug": company.slug}))

    return led
