from functools import partial, wraps

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from core.desk import NamesKnownRows, ReadableLists, RefusesUnreadableKeys
from core.fields import SlugField
from desk.held import waits_for_login

MOST_SPELLED = 500


def _desk_name() -> str:
    return gettext("%(name)s desk") % {"name": settings.SITE_NAME}


desk_name = lazy(_desk_name, str)


def again_if_beaten(view):
    """A form whose address or name somebody else took while it was being saved is tried once more.

    By then their row stands, so that the form says what is wrong, with all that was typed.
    """

    @wraps(view)
    def tried(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except (IntegrityError, ValidationError):
            if request.method != "POST":
                raise
            for file in request.FILES.values():
                file.seek(0)
            return view(request, *args, **kwargs)

    return tried


class ReadableInitial:
    """An address may fill the fields of an empty form: what one cannot hold is left out."""

    def get_changeform_initial_data(self, request):
        given = super().get_changeform_initial_data(request)
        return dict(self._readable(given))

    def _readable(self, given):
        for name, value in given.items():
            try:
                yield name, as_read_by(self.opts.get_field(name), value)
            except FieldDoesNotExist:
                yield name, value
            except ValidationError:
                continue


def as_read_by(field, value):
    """Raises ValidationError."""
    if not field.concrete:
        return value
    if not field.is_relation:
        return field.clean(value, None)
    for key in value if isinstance(value, list) else [value]:
        field.target_field.clean(key, None)
    return value


class DeskAdminSite(AdminSite):
    site_header = site_title = desk_name()
    index_title = _("Today")
    # Ours goes by job, and stands in the frame of every page.
    enable_nav_sidebar = False

    def register(self, models, admin_class=None, **options):
        """Every list and form of the desk, those of other people's apps as well."""
        admin_class = admin_class or ModelAdmin
        bases = NamesKnownRows, ReadableLists, ReadableInitial, RefusesUnreadableKeys, admin_class
        readable = type(admin_class)(
            *(admin_class.__name__, bases),
            {"__module__": admin_class.__module__},
        )
        super().register(models, readable, **options)

    def index(self, request, extra_context=None):
        # The site is made while apps are still loading.
        from desk.today.page import context_of

        return super().index(request, {**context_of(request, self), **(extra_context or {})})

    def admin_view(self, view, cacheable=False):
        if getattr(view, "__name__", "") in ("add_view", "change_view"):
            view = again_if_beaten(view)
        return waits_for_login(self, super().admin_view(view, cacheable))

    def get_urls(self):
        # The same.
        from desk.finding.views import find
        from desk.planner import views as planner

        def page(route, view, name):
            return path(route, never_cache(self.admin_view(partial(view, site=self))), name=name)

        return [
            page("find/", find, "find"),
            page("calendar/", planner.show_calendar, "calendar"),
            page("calendar/move/", planner.move, "calendar_move"),
            path("slug/", self.admin_view(self.propose_slug), name="slug"),
            # Before Django's own of this name.
            path(
                "r/<int:content_type_id>/<path:object_id>/",
                self.admin_view(self.view_on_site),
                name="view_on_site",
            ),
            *super().get_urls(),
        ]

    def view_on_site(self, request, content_type_id, object_id):
        """Lead to a row's page who may see the row: its address says what a draft is about."""
        content_type = get_object_or_404(ContentType, pk=content_type_id)
        desk = self._registry.get(content_type.model_class())
        row = desk and desk.get_object(request, object_id)
        if row is None:
            raise Http404("No such row.")
        if not desk.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return shortcut(request, content_type.pk, row.pk)

    def propose_slug(self, request):
        """A free address for what is being typed into the form of a model: `of` and `text`."""
        for model, desk in self._registry.items():
            if model._meta.label_lower == request.GET.get("of"):
                if not (desk.has_add_permission(request) or desk.has_change_permission(request)):
                    raise PermissionDenied
                fields = (one for one in model._meta.fields if isinstance(one, SlugField))
                if field := next((one for one in fields if one.source), None):
                    text = request.GET.get("text", "")[:MOST_SPELLED]
                    return JsonResponse({"slug": field.propose(model(), text)})
        raise Http404("No such address.")
