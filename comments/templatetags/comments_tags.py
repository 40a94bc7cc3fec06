from django import template
from django.template.loader import render_to_string

from comments.forms import CommentForm
from comments.models import Discussion
from comments.threads import threads_of
from core.kept import kept

FORMS_KEPT = 500

register = template.Library()


@register.inclusion_tag("comments/_discussion.html")
def discussion(subject):
    """The whole discussion under an article or a company, the same for every reader."""
    threads = threads_of(subject)
    discussion = threads.discussion
    return {
        "threads": threads,
        "discussion": discussion,
        "subject": subject,
        "empty_form": empty_form(*discussion.key, discussion.is_open),
    }


@kept(FORMS_KEPT)
def empty_form(on, pk, is_open):
    discussion = Discussion(**{f"{on}_id": pk}, is_open=is_open)
    context = {"discussion": discussion, "form": CommentForm()}
    return render_to_string("comments/_form.html", context)
