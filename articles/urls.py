from django.urls import path

from articles.pages import feeds, views
from articles.pages.edition_views import show_edition
from articles.pages.shared import show_shared

app_name = "articles"
urlpatterns = [
    path("articles/", views.article_list, name="list"),
    path("articles/<int:year>/", views.archive_year, name="archive-year"),
    path("articles/<int:year>/<int:month>/", views.archive_month, name="archive-month"),
    path("articles/<words:slug>/", views.article_detail, name="detail"),
    path(
        "articles/<words:slug>/editions/<words:edition>/",
        show_edition,
        name="edition",
    ),
    path("drafts/<str:token>/", show_shared, name="shared"),
    path("sections/<words:slug>/", views.section_detail, name="section"),
    path("topics/<words:slug>/", views.topic_detail, name="topic"),
    path("authors/<words:slug>/", views.author_detail, name="author"),
    path("feeds/articles.atom", feeds.AtomFeed.as_page(), name="feed-atom"),
    path("feeds/articles.rss", feeds.RssFeed.as_page(), name="feed-rss"),
    path(
        "sections/<words:slug>/feeds/articles.atom",
        feeds.AtomFeed.as_page(),
        name="section-atom",
    ),
    path(
        "sections/<words:slug>/feeds/articles.rss",
        feeds.RssFeed.as_page(),
        name="section-rss",
    ),
]
