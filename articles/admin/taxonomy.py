"""Under what articles stand: sections, topics and authors, and the addresses they once had."""

from django.contrib import admin
from django.db.models import OuterRef
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.admin.sections import LEVELS, SectionForm, blocked_in
from articles.models import (
    Article,
    ArticleFormerSlug,
    Author,
    Byline,
    Section,
    SectionRight,
    Topic,
)
from core.db.counting import RowCount
from core.desk import DeskInline

# Beyond this the desk's lists say no longer how many exactly.
COUNTED = 1000


class CountedAdmin(admin.ModelAdmin):
    """Names under which articles stand, with how many do."""

    links = None

    search_fields = ["name", "slug"]
    # Said again: a query that counts forgets the model's own order.
    ordering = ["name"]

    def get_queryset(self, request):
        links = self.links.objects.filter(**{self.model._meta.model_name: OuterRef("pk")})
        return super().get_queryset(request).annotate(article_count=RowCount(links, COUNTED))

    @admin.display(description=_("articles"), ordering="article_count")
    def article_total(self, row):
        url = reverse("admin:articles_article_changelist")
        name = {Section: "section", Topic: "topics", Author: "authors"}[self.model]
        return format_html(
            '<a href="{}?{}__id__exact={}">{}{}</a>',
            *(url, name, row.pk, row.article_count, "+" if row.article_count == COUNTED else ""),
        )

    @admin.display(description=_("page"))
    def page(self, row):
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), _("view"))


def gives_rights(request) -> bool:
    """Whoever looks after people: whom a rule binds does not lift it."""
    return request.user.has_perm("accounts.change_user")


class SectionRightInline(DeskInline, admin.TabularInline):
    model = SectionRight
    extra = 0
    autocomplete_fields = ["user"]

    def has_view_permission(self, request, obj=None):
        return gives_rights(request)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(Section)
class SectionAdmin(CountedAdmin):
    links = Article
    form = SectionForm
    inlines = [SectionRightInline]
    list_display = ["name", "position", "keeps_back", "four_eyes", "article_total", "page"]
    list_editable = ["position"]
    ordering = ["position", "name"]
    fieldsets = [
        (
            None,
            {"fields": ["name", "slug", "description", "position", "comment_mode", "four_eyes"]},
        ),
        (
            _("Checks before publishing"),
            {
                "fields": [*LEVELS],
                "description": _(
                    "What is looked for in an article of this section, and what comes of it."
                    " Nothing keeps anybody from saving."
                ),
            },
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        may = self.has_change_permission(request, obj)
        return self.fieldsets if may else self.fieldsets[:1]

    @admin.display(description=_("keeps back"))
    def keeps_back(self, section):
        return blocked_in(section) or "–"

    def get_readonly_fields(self, request, obj=None):
        return [] if gives_rights(request) else ["four_eyes"]


@admin.register(Topic)
class TopicAdmin(CountedAdmin):
    """Who may only add topics names them; what its page says of one is an editor's."""

    links = Article.topics.through
    fields = ["name", "slug", "description"]
    list_display = ["name", "description", "article_total", "page"]

    def get_fields(self, request, obj=None):
        is_new = obj is None and not self.has_change_permission(request)
        return ["name", "slug"] if is_new else self.fields


@admin.register(Author)
class AuthorAdmin(CountedAdmin):
    links = Byline
    list_display = ["name", "role", "user", "article_total", "page"]
    list_select_related = ["user"]
    search_fields = ["name", "slug", "role", "user__username"]
    autocomplete_fields = ["portrait", "user"]


@admin.register(ArticleFormerSlug)
class ArticleFormerSlugAdmin(admin.ModelAdmin):
    list_display = ["slug", "target", "created_at", "page"]
    list_select_related = ["target"]
    ordering = ["-created_at", "-pk"]
    search_fields = ["slug", "target__title", "target__slug"]
    autocomplete_fields = ["target"]
    date_hierarchy = "created_at"

    @admin.display(description=_("page"))
    def page(self, former):
        return format_html('<a href="{}">{}</a>', former.target.get_absolute_url(), _("view"))
