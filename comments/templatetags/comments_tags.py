from django import template
from django.template.loader import render_to_string

from comments.forms import CommentForm
from comments.threads import threads_of
from core.fragments import memoized_html
from core.pagestore import page_part

register = template.Library()


@register.simple_tag(takes_context=True)
def discussion(context, subject):
    """The discussion under an article or a company, the same for every reader."""
    page = f"{subject._meta.model_name}:{subject.pk}"
    keys = [f"discussion:{page}", page]
    return page_part(context.get("request"), (keys[0],), lambda: (discussion_html(subject), keys))


def discussion_html(subject) -> str:
    threads = threads_of(subject)
    context = {
        "threads": threads,
        "discussion": threads.discussion,
        "subject": subject,
        "fields": empty_fields(),
    }
    return render_to_string("comments/_discussion.html", context)


@memoized_html(50, shared=True)
def empty_fields():
    """The empty form fields, the same on every page."""
    return render_to_string("comments/_fields.html", {"form": CommentForm()})
