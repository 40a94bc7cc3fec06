"""Pictures for whoever is writing a text: uploaded into it, described, chosen from the library.

The answers are for scripts (`admin-ext/pictures.js`); who is not signed in is told so in place.
"""

from pathlib import PurePath

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.desk import answers_in_place
from images.forms import UploadedPicture
from images.models import Picture, digest_of

ON_A_PAGE = 24
MOST_PAGES = 1000
THUMBNAIL = 320


class UploadForm(forms.Form):
    file = UploadedPicture()

    def title(self) -> str:
        """The name of the file as words, for the library alone."""
        stem = PurePath(self.files["file"].name).stem
        words = "".join(char if char.isprintable() else " " for char in stem)
        return " ".join(words.replace("_", " ").split())[:200] or "–"


class WordsForm(forms.ModelForm):
    class Meta:
        model = Picture
        fields = ["alt", "is_decorative", "credit"]


def told_of(picture, *, may_describe=False, is_known=False) -> dict:
    return {
        "pk": picture.pk,
        "address": picture.file.url,
        "thumbnail": picture.rendition_url(THUMBNAIL),
        "title": picture.title,
        "alt": picture.alt,
        "credit": picture.credit,
        "is_decorative": picture.is_decorative,
        "lacks_words": picture.lacks_words,
        "size": f"{picture.width} × {picture.height}",
        "is_known": is_known,
        "words": reverse("admin:images_picture_words", args=[picture.pk]) if may_describe else "",
    }


def named(words: str):
    """Those of the library that have all of the words, the newest first."""
    found = Picture.objects.order_by("-created_at", "-pk")
    for word in words.split()[:8]:
        has_it = (Q(**{f"{name}__icontains": word}) for name in ("title", "alt", "credit"))
        found = found.filter(Q(*has_it, _connector=Q.OR))
    return found


class WritesWithPictures:
    """For the library's admin."""

    def get_urls(self):
        def url(route, view, method, name):
            guarded = never_cache(answers_in_place(self.admin_site, method(view)))
            return path(route, guarded, name=f"images_picture_{name}")

        return [
            url("upload/", self.upload, require_POST, "upload"),
            url("pick/", self.pick, require_safe, "pick"),
            url("<int:pk>/words/", self.write_words, require_POST, "words"),
            *super().get_urls(),
        ]

    def upload(self, request):
        """A picture that has no words yet; of the same file twice there is one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(files=request.FILES)
        if not form.is_valid():
            return JsonResponse({"error": _told(form)}, status=400)
        file = form.cleaned_data["file"]
        known = Picture.objects.filter(digest=digest_of(file)).first()
        picture = known or Picture(
            file=file, title=form.title(), added_by=request.user.get_username()
        )
        if known is None:
            picture.save()
            self.log_addition(request, picture, [{"added": {}}])
        return JsonResponse(self._told(request, picture, is_known=known is not None))

    def write_words(self, request, pk):
        """What is asked right after an upload: what it shows, or that it shows nothing."""
        picture = get_object_or_404(Picture, pk=pk)
        if not self.has_change_permission(request, picture):
            raise PermissionDenied
        form = WordsForm(request.POST, instance=picture)
        if not form.is_valid():
            return JsonResponse({"error": _told(form)}, status=400)
        form.save()
        self.log_change(request, picture, [{"changed": {"fields": form.changed_data}}])
        return JsonResponse(self._told(request, picture))

    def pick(self, request):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        found = named(request.GET.get("q", "").strip()[:100])
        number = request.GET.get("page", "1")
        number = min(int(number), MOST_PAGES) if number.isdecimal() and len(number) < 9 else 1
        page = _page(found, max(number, 1))
        pictures = [self._told(request, picture) for picture in page[:ON_A_PAGE]]
        return JsonResponse({"pictures": pictures, "has_more": len(page) > ON_A_PAGE})

    def _told(self, request, picture, **more):
        may = picture.lacks_words and self.has_change_permission(request, picture)
        return told_of(picture, may_describe=may, **more)


def _page(found, number) -> list:
    """One more than is shown: whether there are others."""
    start = (number - 1) * ON_A_PAGE
    return list(found[start : start + ON_A_PAGE + 1])


def _told(form) -> str:
    return " ".join(message for errors in form.errors.values() for message in errors)
