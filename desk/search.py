"""The admin's search form, limited to what the databases can handle."""

from django.contrib.admin.views.main import SEARCH_VAR, ChangeListSearchForm
from django.core.validators import MaxLengthValidator

# Every word adds a condition per searched field, and SQLite limits the expression depth.
QUERY_LENGTH = 200


class SearchForm(ChangeListSearchForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR].validators.append(MaxLengthValidator(QUERY_LENGTH))
