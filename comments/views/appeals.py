"""Appeals against bans. Those against a decision are made on the comment's own page."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from comments.forms import AppealForm
from comments.models import Ban
from comments.people.tokens import make_token, read_token
from comments.views.unsent import hands_back
from comments.writing.appeals import appeal, appeal_of
from core.web.http import personal


def offer_appeal(form, ban):
    """Beside the words in which a form is refused (`comments/_errors.html`)."""
    form.appeal_url = reverse("comments:ban", args=[make_token("ban", ban.pk)])


@personal
@require_http_methods(["GET", "HEAD", "POST"])
@hands_back("appeal")
def appeal_against_ban(request, token):
    """Whoever was refused has the link: it tells why, and what came of an appeal."""
    ban = get_object_or_404(Ban.objects.select_related("appeal"), pk=read_token("ban", token)[0])
    made = appeal_of(ban)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made, is_taken = appeal(form.cleaned_data["appeal"], ban=ban)
        if is_taken:
            return redirect(request.path)
        form.add_error(None, form.MADE_ALREADY)
    context = {"ban": ban, "appeal": made, "can_appeal": made is None, "appeal_form": form}
    status = 422 if form.errors else 200
    return render(request, "comments/personal/ban.html", context, status=status)
