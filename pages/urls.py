from django.urls import path

from pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.show_text, {"name": "about"}, name="about"),
    path(
        "about/corrections/",
        views.show_text,
        {"name": "corrections-policy"},
        name="corrections-policy",
    ),
    path(
        "about/principles/",
        views.show_text,
        {"name": "publishing-principles"},
        name="publishing-principles",
    ),
    path("about/sourcing/", views.show_text, {"name": "sourcing"}, name="sourcing"),
    path("privacy/", views.show_text, {"name": "privacy"}, name="privacy"),
    path("audience/<int:pk>/seen/", views.count_seen, name="seen"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_text, name="security"),
    # /health/live and /health/ready: see the middleware pages.health.answer_probes.
]
