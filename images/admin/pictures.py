from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminFileWidget
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from pictures.models import PictureField

from core.desk import tell_what_follows
from images.admin.writing import WritesWithPictures
from images.forms import PictureForm, UploadedPicture
from images.models import Picture
from images.uses import former_uses_of, has_been_seen, uses_of

# Of each kind of row: in the list of pictures, and where one of them is looked at.
MOST_LISTED = 2
MOST_NAMED = 20


class PictureList(ChangeList):
    """It names the first uses of its pictures, all of them in a query for each kind of row."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = pictures = list(self.result_list)
        uses = uses_of(pictures, MOST_LISTED)
        told = self.model_admin.told(request, uses)
        for picture in pictures:
            picture.listed_uses = [uses[picture.pk].count, *told.get(picture.pk, ())]


@admin.register(Picture)
class PictureAdmin(WritesWithPictures, admin.ModelAdmin):
    """Who may add pictures may mend the words of their own until readers see them."""

    class Media:
        css = {"all": ["admin-ext/pictures.css"]}
        js = ["admin-ext/focus.js"]

    form = PictureForm
    list_display = ["thumbnail", "title", "alt", "credit", "size", "listed", "created_at"]
    list_display_links = ["thumbnail", "title"]
    list_filter = ["is_decorative", "created_at"]
    ordering = ["-created_at", "-pk"]
    search_fields = ["title", "alt", "credit"]
    date_hierarchy = "created_at"
    list_per_page = 40
    # Counted once, not with and without the filters.
    show_full_result_count = False
    fields = [
        "file",
        "preview",
        "title",
        "alt",
        "is_decorative",
        "credit",
        "licence",
        ("focal_x", "focal_y"),
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
        if change and "file" in form.changed_data:
            tell_what_follows(request, obj)
        self._tell_of_twins(request, obj)

    def _tell_of_twins(self, request, picture):
        twin = Picture.objects.filter(digest=picture.digest).exclude(pk=picture.pk).first()
        if twin and picture.digest:
            words = _("The library has the same file already: {}.")
            messages.warning(request, format_html(words, self._link(twin)))

    def get_changelist(self, request, **kwargs):
        return PictureList

    def get_object(self, request, object_id, from_field=None):
        picture = super().get_object(request, object_id, from_field)
        if picture is not None:
            picture.viewed_in = request
        return picture

    def get_deleted_objects(self, objs, request):
        """What is used is protected, by each place; of the rest it says who remembers it."""
        pictures = list(objs)
        used = self.told(request, uses_of(pictures, MOST_NAMED))
        protected = [
            part for one in pictures if one.pk in used for part in (str(one), used[one.pk])
        ]
        before = self._told_before(request, pictures)
        named = [part for one in pictures for part in (str(one), before.get(one.pk, []))]
        counts = {self.opts.verbose_name_plural: len(pictures)}
        return list(filter(None, named)), counts, set(), protected

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
    def listed(self, picture):
        return self._stacked(picture.listed_uses)

    @admin.display(description=_("where it is used"))
    def uses(self, picture):
        if not picture.pk:
            return "–"
        request = picture.viewed_in
        used = self.told(request, uses_of([picture], MOST_NAMED)).get(picture.pk, [])
        before = self._told_before(request, [picture]).get(picture.pk, [])
        return self._stacked([*(used or [_("nowhere yet")]), *before])

    def _stacked(self, lines):
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines))

    def told(self, request, uses) -> dict[int, list]:
        """By key of a picture, each place in a line, and how many more there are."""
        rows = {use.row for one in uses.values() for use in one.first}
        seen = self._seen_by(request, rows)
        return {pk: [*self._lines(one, seen)] for pk, one in uses.items()}

    def _told_before(self, request, pictures):
        told = self.told(request, former_uses_of(pictures, MOST_NAMED))
        words = _("Only an earlier version shows it, which would lack it if restored. {}")
        return {pk: [format_html(words, line) for line in lines] for pk, lines in told.items()}

    def _seen_by(self, request, rows) -> set:
        """Those of them that this login may open: asked once for each kind."""
        seen = set()
        for model in {type(row) for row in rows}:
            desk = self.admin_site.get_model_admin(model)
            if desk.has_view_or_change_permission(request):
                pks = [row.pk for row in rows if type(row) is model]
                found = desk.get_queryset(request).filter(pk__in=pks)
                seen |= {(model, pk) for pk in found.values_list("pk", flat=True)}
        return seen

    def _lines(self, uses, seen):
        for use in uses.first:
            standing = f" ({use.standing})" if use.standing else ""
            is_seen = (type(use.row), use.row.pk) in seen
            link = self._link(use.row) if is_seen else gettext("not yours to see")
            name = capfirst(use.row._meta.verbose_name)
            yield format_html("{}, {}: {}{}", name, use.place, link, standing)
        if uses.more:
            yield ngettext("and %(n)d more", "and %(n)d more", uses.more) % {"n": uses.more}

    def _image(self, picture, *, width):
        shown = min(width, picture.width)
        height = max(round(shown * picture.height / picture.width), 1) if picture.width else shown
        return format_html(
            '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
            *(picture.rendition_url(width), picture.alt, shown, height),
        )

    def _link(self, row):
        """To the form in which the picture is taken out, and to the page that shows it."""
        form = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        link = format_html('<a href="{}"><bdi>{}</bdi></a>', form, row)
        if not self.admin_site.get_model_admin(type(row)).get_view_on_site_url(row):
            return link
        return format_html('{} <a href="{}">{}</a>', link, row.get_absolute_url(), _("page"))
