"""Beside the admin's own addresses, under the names by which Django's login page asks for them."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("password_reset/", views.ResetView.as_view(), name="admin_password_reset"),
    path("password_reset/done/", views.ResetDoneView.as_view(), name="password_reset_done"),
    path(
        "password_reset/<uidb64>/<token>/",
        views.ResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
]
