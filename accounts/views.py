"""The desk's pages for a new password: Django's own, but for who mails and where they lead."""

from axes.utils import reset
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import forms, views
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator

from accounts.resets import asks_too_often, send_reset_letters
from core.web.http import personal, subnet_key, too_many_requests


class ResetForm(forms.PasswordResetForm):
    def save(self, **how):
        """A task looks for the login: what is answered, and when, is the same for everybody."""
        moment = timezone.now().timestamp()
        send_reset_letters.enqueue(self.cleaned_data["email"], round(moment * 1e6))


class OfTheDesk:
    extra_context = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}


@method_decorator(personal, name="dispatch")
class ResetView(OfTheDesk, views.PasswordResetView):
    form_class = ResetForm

    def form_valid(self, form):
        if asks_too_often(subnet_key(self.request)):
            return too_many_requests(self.request, seconds=3600)
        return super().form_valid(form)


class ResetDoneView(OfTheDesk, views.PasswordResetDoneView):
    pass


@method_decorator(personal, name="dispatch")
class ResetConfirmView(OfTheDesk, views.PasswordResetConfirmView):
    """The link signs in as well, so that it is a way past whoever keeps a name locked."""

    success_url = reverse_lazy(settings.LOGIN_REDIRECT_URL)
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"

    def form_valid(self, form):
        response = super().form_valid(form)
        reset(username=self.user.get_username())
        return response
