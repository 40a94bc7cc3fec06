from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Someone who signs in to the desk. Readers and commenters have no account; bylines are Authors."""
