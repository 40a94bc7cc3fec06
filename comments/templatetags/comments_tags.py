from django import template
from django.template.loader import render_to_string

from comments.forms import CommentForm
from comments.threads import threads_of
from core.fragments import memoized_html

register = template.Library()


@register.inclusion_tag("comments/_discussion.html")
def discussion(subject):
    """The discussion under an article or a company, the same for every reader."""
    threads = threads_of(subject)
    return {
        "threads": threads,
        "discussion": threads.discussion,
        "subject": subject,
        "fields": empty_fields(),
    }


@memoized_html(50, shared=True)
def empty_fields():
    """The empty form fields, the same on every page."""
    return render_to_string("comments/_fields.html", {"form": CommentForm()})
