"""The desk's page on which an article is withdrawn, with a note to its readers."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from corrections.models import Correction
from corrections.publishing import withdraw


class WithdrawalForm(forms.ModelForm):
    class Meta:
        model = Correction
        fields = ["note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3, "cols": 70})}
        help_texts = {"note": _("One sentence for readers: why it is not here any more.")}

    def clean_note(self):
        # A note is a single line.
        return " ".join(self.cleaned_data["note"].split())


class WithdrawalView:
    """For the admin of corrections, which says who may."""

    def withdraw_view(self, request, pk):
        if not self.has_publish_permission(request):
            raise PermissionDenied
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        form = WithdrawalForm(request.POST or None)
        article_url = reverse("admin:articles_article_change", args=[pk])
        if request.method == "POST" and form.is_valid() and self._withdrawn(request, article, form):
            return HttpResponseRedirect(article_url)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Withdraw with a note"),
            "article": article,
            "form": form,
            "media": self.media,
            "article_url": article_url,
        }
        return TemplateResponse(request, "admin/corrections/correction/withdraw.html", context)

    def _withdrawn(self, request, article, form) -> bool:
        try:
            withdraw(article, note=form.cleaned_data["note"], by=request.user)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return False
        told = _("Withdrawn. Its address and the corrections tell readers why.")
        messages.success(request, told)
        return True
