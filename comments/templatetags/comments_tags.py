from django import template

from comments.forms import CommentForm
from comments.threads import threads_of

register = template.Library()


@register.inclusion_tag("comments/_discussion.html")
def discussion(subject):
    """The whole discussion under an article or a company, the same for every reader."""
    threads = threads_of(subject)
    return {
        "threads": threads,
        "discussion": threads.discussion,
        "subject": subject,
        "form": CommentForm(),
    }
