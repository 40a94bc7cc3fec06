"""The search field above the desk's lists, within what a database can be asked."""

from django.contrib.admin.views.main import SEARCH_VAR, ChangeListSearchForm
from django.core.validators import MaxLengthValidator

# Each word asks every searched column once more: SQLite refuses some thousand of them.
QUERY_LENGTH = 200


class SearchForm(ChangeListSearchForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR].validators.append(MaxLengthValidator(QUERY_LENGTH))
