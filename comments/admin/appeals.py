from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from comments.models import Appeal
from comments.writing import appeals
from core.desk import LongListAdmin


class OutcomeForm(forms.ModelForm):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[choice for choice in Appeal.Outcome.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=Appeal.MOST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=_("They read it: why it stands, or why not."),
    )


@admin.register(Appeal)
class AppealAdmin(LongListAdmin):
    """What waits comes first. Whoever made a decision reads the appeal and leaves it to others."""

    form = OutcomeForm
    list_display = ["__str__", "against", "text", "outcome", "created_at"]
    list_filter = ["outcome"]
    list_select_related = ["decision__comment", "ban"]
    fields = ["against", "comment", "why", "text", "created_at", "whose", "outcome", "answer"]
    readonly_fields = ["against", "comment", "why", "text", "created_at", "whose"]

    @admin.display(description=_("against"))
    def against(self, appeal):
        if appeal.ban:
            url = reverse("admin:comments_ban_change", args=[appeal.ban_id])
            return format_html('<a href="{}">{}</a>', url, appeal.ban)
        url = reverse("admin:comments_comment_change", args=[appeal.decision.comment_id])
        return format_html('<a href="{}">{}</a>', url, appeal.decision)

    @admin.display(description=_("comment"))
    def comment(self, appeal):
        """What was refused: of a change its words, which stand nowhere else."""
        decision = appeal.decision
        return (decision.edit or decision.comment.body) if decision else "—"

    @admin.display(description=_("the reason that was given"))
    def why(self, appeal):
        if appeal.ban:
            return appeal.ban.reason
        return f"{appeal.decision.get_reason_display()} {appeal.decision.note}"

    @admin.display(description=_("whose decision it was"))
    def whose(self, appeal):
        return appeal.against.by or "—"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("comments.moderate_comment")

    def has_change_permission(self, request, obj=None):
        may = self.has_view_permission(request)
        return may and (obj is None or appeals.may_decide(obj, request.user))

    def save_model(self, request, obj, form, change):
        try:
            data = form.cleaned_data
            appeals.decide(obj, data["outcome"], data["answer"], by=request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)

    def log_change(self, request, obj, message):
        """`appeals.decide` writes its own."""
