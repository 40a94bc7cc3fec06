"""modelsearch's database backend, with a title worth more than a body on SQLite as well."""

from django.db import connection
from modelsearch.backends import database


def SearchBackend(params):
    backend = database.SearchBackend(params)
    if connection.vendor == "sqlite":
        from search.ranking import TitleFirstCompiler

        backend.query_compiler_class = TitleFirstCompiler
    return backend
