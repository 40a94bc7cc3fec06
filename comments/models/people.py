from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from core.models import TimeStamped

ERASED = "@erased.invalid"
GMAIL = {"gmail.com", "googlemail.com"}


def mailbox_of(email: str) -> str:
    """A keyed hash of where mail to the address arrives: "eve+1@…" is read by "eve@…".

    One person has any number of such addresses, so limits and bans go by this.
    """
    local, _at, domain = email.lower().rpartition("@")
    local = local.partition("+")[0] or local
    domain = punycode(domain)
    if domain in GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return salted_hmac("comments.mailbox", f"{local}@{domain}", algorithm="sha256").hexdigest()[:40]


def erased_email(email: str) -> str:
    """What stands for an address that was erased. Nobody can read it."""
    key = salted_hmac("comments.erased", email.lower(), algorithm="sha256").hexdigest()
    return f"{key[:40]}{ERASED}"


class MailboxField(models.CharField):
    """The `mailbox_of` the row's `email`, whenever both are saved; kept when that is erased."""

    def __init__(self, **options):
        super().__init__(**{"blank": True, "editable": False, "max_length": 40, **options})

    def pre_save(self, instance, add):
        if not instance.email.endswith(ERASED):
            setattr(instance, self.attname, instance.email and mailbox_of(instance.email))
        return super().pre_save(instance, add)


class Commenter(TimeStamped):
    """A lower-case e-mail address that was typed with a comment; unproven until confirmed."""

    email = models.EmailField(_("e-mail"), unique=True)
    mailbox = MailboxField(db_index=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    asked_at = models.DateTimeField(_("last asked to confirm"), null=True, blank=True)
    refuses_mail = models.BooleanField(
        _("wants no mail"),
        default=False,
        help_text=_("Nothing is sent there, not even a question."),
    )

    class Meta:
        verbose_name = _("commenter")
        verbose_name_plural = _("commenters")
        ordering = ["email"]

    def __str__(self):
        return self.email

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None
