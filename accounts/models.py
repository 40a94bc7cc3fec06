from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Someone who signs in to the desk. Readers have no account, and bylines are Authors."""
