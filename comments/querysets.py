from django.db import models


class CommentQuerySet(models.QuerySet):
    def visible(self):
        """What everybody may see."""
        return self.filter(state="published")

    def waiting(self):
        return self.filter(state="pending")
