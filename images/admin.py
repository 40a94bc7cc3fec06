from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminFileWidget
from django.db.models import Count
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from pictures.models import PictureField

from images.forms import UploadedPicture
from images.models import Picture


def uses_of(picture):
    """Every row, of whatever room, that shows this picture."""
    for relation in Picture._meta.related_objects:
        yield from relation.related_model._base_manager.filter(**{relation.field.name: picture})


def has_been_seen(picture) -> bool:
    """Whether anything but drafts that were never live shows it."""
    return any(getattr(row, "has_been_live", True) for row in uses_of(picture))


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    """Who may add pictures may mend the words of their own until readers see them."""

    list_display = ["thumbnail", "title", "alt", "credit", "size", "use_count", "created_at"]
    list_display_links = ["thumbnail", "title"]
    list_filter = ["is_decorative", "created_at"]
    ordering = ["-created_at", "-pk"]
    search_fields = ["title", "alt", "credit"]
    date_hierarchy = "created_at"
    list_per_page = 40
    fields = [
        "file",
        "preview",
        "title",
        "alt",
        "is_decorative",
        "credit",
        "size",
        "added_by",
        "uses",
    ]
    readonly_fields = ["preview", "size", "added_by", "uses"]
    formfield_overrides = {
        PictureField: {"form_class": UploadedPicture, "widget": AdminFileWidget},
    }

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may or (obj is not None and self._is_own_and_unseen(request, obj))

    def _is_own_and_unseen(self, request, picture):
        is_own = picture.added_by and picture.added_by == request.user.get_username()
        return is_own and self.has_add_permission(request) and not has_been_seen(picture)

    def get_readonly_fields(self, request, obj=None):
        # A text may name the file; another one is another picture.
        is_fixed = obj and not super().has_change_permission(request, obj)
        return [*self.readonly_fields, *(["file"] if is_fixed else [])]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.added_by = request.user.get_username()
        super().save_model(request, obj, form, change)
        if getattr(form.cleaned_data.get("file"), "is_one_of_many", False):
            messages.warning(
                request, _("The picture moved: its first frame was kept, and no other.")
            )

    def get_queryset(self, request):
        counts = {
            f"uses_{relation.name}": Count(relation.name, distinct=True)
            for relation in Picture._meta.related_objects
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("picture"))
    def thumbnail(self, picture):
        return self._image(picture, width=96)

    @admin.display(description=_("as it is shown"))
    def preview(self, picture):
        return self._image(picture, width=480) if picture.pk else "–"

    @admin.display(description=_("pixels"), ordering="width")
    def size(self, picture):
        size = f"{picture.width} × {picture.height}"
        if picture.file and not picture.has_renditions:
            return _("%(size)s (smaller sizes are being drawn)") % {"size": size}
        return size

    @admin.display(description=_("used"))
    def use_count(self, picture):
        names = (relation.name for relation in Picture._meta.related_objects)
        return sum(getattr(picture, f"uses_{name}") for name in names)

    @admin.display(description=_("where it is used"))
    def uses(self, picture):
        if not picture.pk:
            return "–"
        rows = [(row._meta.verbose_name, self._link(row)) for row in uses_of(picture)]
        return format_html_join("", "<div>{}: {}</div>", rows) or _("nowhere yet")

    def _image(self, picture, *, width):
        """The smallest rendition that is large enough, in the proportions of the original."""
        drawn = picture.file.aspect_ratios[None]["WEBP"] if picture.has_renditions else {}
        url = next((drawn[size].url for size in sorted(drawn) if size >= width), picture.file.url)
        shown = min(width, picture.width)
        height = max(round(shown * picture.height / picture.width), 1) if picture.width else shown
        return format_html(
            '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
            *(url, picture.alt, shown, height),
        )

    def _link(self, row):
        if not hasattr(row, "get_absolute_url"):
            return str(row)
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row)
