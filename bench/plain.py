"""A plain Django view of one article and its comments: the yardstick for a page of ours.

What Django's tutorial would make of it, with the middleware and the context processors that
`startproject` writes down: model objects, one autoescaped template, a loop over the comments.
"""

from pathlib import Path

from django.http import Http404, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.urls import path

from articles.models import Article
from comments.models import Comment

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = DjangoTemplates(
    {
        "NAME": "plain",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
)


def article_detail(request, slug):
    article = Article.objects.published().filter(slug=slug).first()
    if article is None:
        raise Http404
    comments = Comment.objects.visible().filter(discussion__article=article)
    context = {"article": article, "comments": comments.order_by("created_at")}
    return HttpResponse(TEMPLATES.get_template("plain.html").render(context, request))


urlpatterns = [path("articles/<slug:slug>/", article_detail)]
