from copy import copy

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP
from django.forms import ModelForm, Textarea
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import truncatechars
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from comments.admin import queue
from comments.admin.filters import FILTERS
from comments.forms import BanForm, DecisionForm, ReasonForm, ReplyForm
from comments.models import Appeal, Comment
from comments.querysets import STANDING
from comments.writing import bulk, moderation
from comments.writing.moderation import VERBS
from core.desk import KeepsRows, LongListAdmin, year_filter
from core.middleware import UNREADABLE, is_raised_by_reader
from core.web.http import parse_pk

# More are decided by tasks.
MOST_AT_ONCE = 20
MOST_SHOWN_OF_MANY = 5
KEPT_OF_ACTION = {"action", "select_across", "_selected_action"}
MARKS = {
    "pick": (moderation.set_picked, "picked_at"),
    "pin": (moderation.set_pinned, "pinned_at"),
    "answered": (moderation.set_answered, "answered_at"),
}


class CourseForm(ModelForm):
    class Meta:
        widgets = {"outcome": Textarea(attrs={"rows": 3, "cols": 60})}

    def clean(self):
        data = super().clean()
        if data.get("course") == Comment.Course.ACCEPTED and "course" in self.changed_data:
            words = _("It is accepted in the inbox, with what was put right.")
            raise ValidationError({"course": words})
        if data.get("course") in moderation.RESOLVED and not data.get("outcome", "").strip():
            raise ValidationError({"outcome": _("Say to everyone what came of it, and why.")})
        if "course" in data and not data["course"]:
            raise ValidationError({"course": _("A correction always has a course.")})
        if moderation.version_read(self.data, self.instance) not in (None, self.instance.version):
            raise moderation.Changed
        return data


@admin.register(Comment)
class CommentAdmin(KeepsRows, LongListAdmin):
    """The moderation queue. What readers wrote is read-only."""

    form = CourseForm
    action_form = DecisionForm
    list_display = ["what", "page", "created_at"]
    list_display_links = None
    list_filter = [*FILTERS, "kind", "reason", "course", year_filter("created_at")]
    search_fields = ["name", "email", "body", "quote", "public_id"]
    search_help_text = _("Searches names and texts; for moderators e-mail addresses too.")
    ordering = ["-created_at", "-pk"]
    list_select_related = [
        *("discussion__article", "discussion__company", "in_reply_to", "commenter"),
    ]
    list_per_page = 50
    save_on_top = True
    actions = ["approve_all", "reject_all", "spam_all", "remove_all", "undo_all"]
    change_list_template = "admin/comments/comment/change_list.html"
    change_form_template = "admin/comments/comment/change_form.html"
    fields = [
        *("name", "email", "is_confirmed", "kind", "quote", "body", "held_body", "page"),
        *("proposed_value", "proposed_date", "proposed_link"),
        *("thread_link", "state", "reason", "course", "outcome", "resolved_at", "created_at"),
        *("edited_at", "published_at", "moderated_by"),
    ]
    for_moderators = {"email", "is_confirmed"}

    @admin.display(description=_("comment"))
    def what(self, comment):
        """The author and text, why the comment is held, and the buttons to decide."""
        return format_html(
            '<div class="queue-what" id="comment-{}"><a href="{}"><b dir="auto">{}</b></a> '
            "<small>{}</small>{}{}<small>{}</small>{}{}</div>",
            *(comment.pk, reverse("admin:comments_comment_change", args=[comment.pk])),
            comment.name,
            self._labels(comment),
            self._proposed(comment),
            self._texts(comment),
            comment.get_reason_display() if comment.reason else "",
            render_to_string("comments/_version.html", {"comment": comment}),
            self._buttons(comment),
        )

    def _proposed(self, comment):
        quote = '<p class="queue-text" dir="auto"><q>{}</q></p>'
        quoted = format_html(quote, comment.quote) if comment.quote else ""
        proposal = render_to_string("comments/_proposal.html", {"comment": comment})
        return format_html("{}{}", quoted, proposal)

    def _texts(self, comment):
        """What it says, and below it what its author wants it to say."""
        texts = [(text,) for text in (comment.body, comment.held_body) if text]
        between = format_html("<small>{}</small>", _("Changed by its author, which waits:"))
        return format_html_join(between, '<p class="queue-text" dir="auto">{}</p>', texts)

    def _labels(self, comment):
        said = [comment.get_kind_display(), comment.get_state_display()]
        if comment.is_confirmed:
            said.append(_("address confirmed"))
        if comment.report_count:
            told = ngettext("%d report", "%d reports", comment.report_count)
            said.append(told % comment.report_count)
        if comment.link_count:
            said.append(ngettext("%d link", "%d links", comment.link_count) % comment.link_count)
        if comment.in_reply_to:
            said.append(_("in reply to %s") % comment.in_reply_to.name)
        return " · ".join(map(str, said))

    def _buttons(self, comment):
        verbs = [
            ("approve", _("Approve"), comment.state != Comment.State.PUBLISHED or comment.reason),
            ("reject", _("Reject"), comment.is_waiting),
            ("remove", _("Remove"), comment.is_published),
            ("spam", _("Spam"), comment.state != Comment.State.SPAM),
        ]
        url = reverse("admin:comments_comment_decide")
        buttons = [
            format_html(
                '<button type="submit" class="button" formaction="{}" name="_{}" value="{}">{}'
                "</button>",
                *(url, name, comment.pk, label),
            )
            for name, label, is_offered in verbs
            if is_offered and comment.state != Comment.State.WITHDRAWN
        ]
        joined = format_html_join(" ", "{}", ((button,) for button in buttons))
        return format_html('<span class="queue-buttons">{}</span>', joined)

    @admin.display(description=_("page"))
    def page(self, comment):
        link = comment.get_page_url if comment.is_published else comment.discussion.get_absolute_url
        only = f"{reverse('admin:comments_comment_changelist')}?discussion={comment.discussion_id}"
        return format_html(
            '<a href="{}">{}</a> <small><a href="{}&amp;state=all">{}</a></small>',
            *(link(), comment.discussion.subject, only, _("all of this page")),
        )

    @admin.display(description=_("in reply to"))
    def thread_link(self, comment):
        if not comment.in_reply_to:
            return "—"
        url = reverse("admin:comments_comment_change", args=[comment.in_reply_to_id])
        parent = comment.in_reply_to
        said = f"{parent.name}: {truncatechars(parent.body, 60)}"
        return format_html('<a href="{}" dir="auto">{}</a>', url, said)

    def has_moderate_permission(self, request, obj=None):
        return request.user.has_perm("comments.moderate_comment")

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.has_moderate_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.has_moderate_permission(request)

    def has_add_permission(self, request):
        return False

    def get_fields(self, request, obj=None):
        return self._shown_to(request, self.fields)

    def get_search_fields(self, request):
        return self._shown_to(request, self.search_fields)

    def _shown_to(self, request, names):
        hidden = set() if self.has_moderate_permission(request) else self.for_moderators
        return [name for name in names if name not in hidden]

    def lookup_allowed(self, lookup, value, request):
        """Letter by letter an address of the list could ask for what it does not show."""
        asked, shown = (
            lookup.partition(LOOKUP_SEP)[0],
            {"id", "discussion", *self.get_fields(request)},
        )
        columns = {name for one in self.opts.fields for name in (one.name, one.attname)}
        may = asked in shown or asked not in columns or self.has_moderate_permission(request)
        return may and super().lookup_allowed(lookup, value, request)

    def history_view(self, request, object_id, extra_context=None):
        """What was decided, and who was banned: by e-mail address."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def get_readonly_fields(self, request, obj=None):
        is_correction = obj is not None and obj.kind == Comment.Kind.CORRECTION
        editable = {"course", "outcome"} if is_correction else set()
        return [name for name in self.get_fields(request, obj) if name not in editable]

    def save_model(self, request, obj, form, change):
        if form.changed_data:
            try:
                # Of the version that the form was checked against.
                moderation.set_course(obj, obj.course, outcome=obj.outcome, by=request.user)
            except moderation.Changed as changed:
                # In the moment after the form was checked.
                self.message_user(request, changed.message, messages.ERROR)

    def log_change(self, request, obj, message):
        """Skip Django's entry: each verb of `moderation` writes its own."""

    def changelist_view(self, request, extra_context=None):
        may = self.has_moderate_permission(request)
        latest = queue.latest_decision_of(request.user) if may else None
        context = {"latest_decision": latest, **(extra_context or {})}
        context["appeals"] = Appeal.objects.filter(outcome="").count() if may else 0
        context["likely_spam"] = Comment.objects.likely_spam().count() if may else 0
        return super().changelist_view(request, context)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            context["queue"] = queue.moderation_context(obj)
            context["decision_form"] = DecisionForm(auto_id="decision_%s")
            context["ban_form"] = BanForm(prefix="ban")
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def response_change(self, request, obj):
        if any(f"_{name}" in request.POST for name in (*VERBS, *MARKS, "ban")):
            return self._done(request, obj)
        return super().response_change(request, obj)

    def _done(self, request, comment):
        """Handle a button of a comment's change page or of its row in the list."""
        [name, *_others] = [name for name in (*VERBS, *MARKS, "ban") if f"_{name}" in request.POST]
        try:
            if name in VERBS:
                return self._decide(request, comment, name)
            if name == "ban":
                self._ban(request, comment)
            else:
                mark, field = MARKS[name]
                mark(comment, getattr(comment, field) is None, by=request.user)
        except (ValidationError, ValueError) as error:
            self._tell_error(request, error)
        return redirect("admin:comments_comment_change", comment.pk)

    def _decide(self, request, comment, name):
        try:
            how = self._reason(request)
        except ValidationError as error:
            self._tell_error(request, error)
            return HttpResponseRedirect(self._list_of(request))
        if name in moderation.NEED_A_REASON and not how["reason"]:
            version = moderation.version_read(request.POST, comment) or comment.version
            hidden = [
                *((f"_{name}", comment.pk), (f"version-{comment.pk}", version)),
                ("next", self._query_of(request)),
            ]
            url = reverse("admin:comments_comment_decide")
            return self._ask_reason(request, name, [comment], url=url, hidden=hidden)
        # What is undone is back in the list that it was decided in.
        next_up = comment if name == "undo" else self._next_up(request, comment)
        read = moderation.version_read(request.POST, comment)
        try:
            is_done = VERBS[name](comment, by=request.user, version=read, **how)
        except ValidationError as error:
            self._tell_error(request, error)
            return HttpResponseRedirect(f"{self._list_of(request)}#comment-{comment.pk}")
        is_of_change = name != "undo" and is_done and is_done.edit
        told = _("Done: %s") % (is_done if is_of_change else comment.get_state_display())
        if name == "undo":
            told = _("Undone.") if is_done else _("There is nothing to undo any more.")
        self.message_user(request, told)
        place = f"#comment-{next_up.pk}" if next_up else ""
        return HttpResponseRedirect(self._list_of(request) + place)

    def _ask_reason(self, request, name, comments, *, url, hidden, count=1):
        """The page that asks why, and then sends what was asked for with the answer."""
        form = ReasonForm(request.POST if "asked" in request.POST else None)
        shown = list(comments[:MOST_SHOWN_OF_MANY])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": {"reject": _("Reject"), "remove": _("Remove")}[name],
            "comments": shown,
            "more": count - len(shown),
            "form": form,
            "action": url,
            "hidden": [*hidden, ("asked", "1")],
        }
        status = 422 if form.errors else 200
        return render(request, "admin/comments/comment/reason.html", context, status=status)

    def _tell_error(self, request, error):
        told = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        self.message_user(request, told, messages.ERROR)

    def _reason(self, request) -> dict:
        form = DecisionForm(request.POST)
        del form.fields["action"]
        if not form.is_valid():
            raise ValidationError([*form.errors.values()])
        return {name: form.cleaned_data[name] for name in ("reason", "note")}

    def _ban(self, request, comment):
        form = BanForm(request.POST, prefix="ban")
        if not form.is_valid():
            raise ValidationError([one for many in form.errors.values() for one in many])
        moderation.ban(comment, by=request.user, **form.cleaned_data)
        self.message_user(request, _("Banned."))

    def _next_up(self, request, comment):
        """Where to go on in the list that somebody came from, with its filters and its order."""
        of_list = copy(request)
        of_list.GET = QueryDict(self._query_of(request))
        try:
            return queue.next_to(comment, self.get_changelist_instance(of_list).queryset)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup):
            return None
        except UNREADABLE as error:
            if is_raised_by_reader(error):
                return None
            raise

    def _list_of(self, request):
        query = self._query_of(request)
        address = reverse("admin:comments_comment_changelist")
        return f"{address}?{query}" if query else address

    def _query_of(self, request) -> str:
        """The filters and the page of the list that somebody came from."""
        if "next" in request.POST:
            return request.POST["next"]
        if filters := request.GET.get("_changelist_filters"):
            return filters
        address = reverse("admin:comments_comment_changelist")
        return request.META.get("HTTP_REFERER", "").partition(f"{address}?")[2]

    def get_changelist(self, request, **kwargs):
        return queue.QueueList

    def get_urls(self):
        view = self.admin_site.admin_view(self.reply_view)
        decide = self.admin_site.admin_view(require_POST(self.decide_view))
        return [
            path("decide/", decide, name="comments_comment_decide"),
            path("<path:object_id>/reply/", view, name="comments_comment_reply"),
            *super().get_urls(),
        ]

    def decide_view(self, request):
        """Handle a button beside a comment in the list."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        for name in VERBS:
            pk = parse_pk(request.POST.get(f"_{name}", ""))
            if pk is not None:
                comments = self.get_queryset(request).with_page()
                return self._done(request, get_object_or_404(comments, pk=pk))
        return HttpResponseRedirect(self._list_of(request))

    def reply_view(self, request, object_id):
        """The form for a staff reply, with the thread above it."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        comments = self.get_queryset(request).with_page()
        comment = get_object_or_404(comments, pk=parse_pk(object_id))
        form = ReplyForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._replied(request, comment, form):
            self.message_user(request, _("The reply is on the page."), messages.SUCCESS)
            return redirect("admin:comments_comment_changelist")
        root = comment.thread or comment
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reply to %s") % comment.name,
            "comment": comment,
            "thread": [root, *self._replies_to_read(root, comment)],
            "form": form,
        }
        return render(request, "admin/comments/comment/reply.html", context)

    def _replied(self, request, comment, form) -> bool:
        read = moderation.version_read(request.POST, comment)
        try:
            moderation.reply(comment, form.cleaned_data["text"], by=request.user, version=read)
        except moderation.Changed as changed:
            form.add_error("text", changed)
            return False
        return True

    def _replies_to_read(self, root, comment):
        """Those on the page, and the one that is answered: the reply publishes it too."""
        replies = root.replies.filter(Q(state__in=STANDING) | Q(pk=comment.pk))
        return replies.order_by("created_at", "pk")[:100]

    def apply(self, request, queryset, name):
        """At once, or as a batch whose progress is shown; with a reason where one is needed."""
        try:
            how = self._reason(request)
        except ValidationError as error:
            return self._tell_error(request, error)
        # Limited to rows that this user's list contains.
        chosen = self.get_queryset(request).filter(pk__in=queryset.values("pk"))
        if name in moderation.NEED_A_REASON and not how["reason"]:
            hidden = [
                (key, value)
                for key in request.POST
                if key in KEPT_OF_ACTION or key.startswith("version-")
                for value in request.POST.getlist(key)
            ]
            url, count = request.get_full_path(), chosen.count()
            return self._ask_reason(request, name, chosen, url=url, hidden=hidden, count=count)
        return self._apply(request, chosen, name, how)

    def _apply(self, request, chosen, name, how):
        count = chosen.count()
        if count > MOST_AT_ONCE:
            title = f"{self.get_action(f'{name}_all')[2]} ({count})"
            read = bulk.versions_read(request.POST)
            batch = bulk.start(title, chosen, name, read, by=request.user, **how)
            return HttpResponseRedirect(batch.get_absolute_url())
        # One by one, for a log entry each.
        done = sum(
            self._is_done(request, comment, VERBS[name], how)
            for comment in chosen.select_related("discussion")
        )
        text = ngettext("%d comment changed.", "%d comments changed.", done)
        return self.message_user(request, text % done, messages.SUCCESS)

    def _is_done(self, request, comment, verb, how) -> bool:
        """Whether it still says what was read; if not, the moderator is told which one it is."""
        read = moderation.version_read(request.POST, comment)
        try:
            verb(comment, by=request.user, version=read, **how)
        except moderation.Changed as changed:
            told = f"{comment.name}: {changed.message}"
            self.message_user(request, told, messages.WARNING)
            return False
        return True

    @admin.action(description=_("Approve: publish"), permissions=["moderate"])
    def approve_all(self, request, queryset):
        return self.apply(request, queryset, "approve")

    @admin.action(description=_("Reject: never publish"), permissions=["moderate"])
    def reject_all(self, request, queryset):
        return self.apply(request, queryset, "reject")

    @admin.action(description=_("Mark as spam"), permissions=["moderate"])
    def spam_all(self, request, queryset):
        return self.apply(request, queryset, "spam")

    @admin.action(description=_("Remove from the page"), permissions=["moderate"])
    def remove_all(self, request, queryset):
        return self.apply(request, queryset, "remove")

    @admin.action(description=_("Undo the latest decision"), permissions=["moderate"])
    def undo_all(self, request, queryset):
        return self.apply(request, queryset, "undo")
