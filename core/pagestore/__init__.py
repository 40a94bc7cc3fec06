"""Stored pages: what anonymous readers get, kept whole in front of Django's handler.

    declaring   what views say: `stored_page`, `made_of`
    changes     the log of what changed, written with the change; what each process knows of it
    tracking    the models and queryset methods that write to it
    freshness   a writer sees at once what everybody sees within a second
    schedule    changes that only time makes: an article's hour, an ad's end, midnight
    page        one stored page: its variants, and the answer to a request's conditions
    store       the pages of this process, above those that all share
    purging     telling a CDN, if one stands in front, which of its pages changed
    cdn         what it may hold, and for how long
    asgi        the store around Django's handler

A key names what a page is made of: "article:12", "company:5", "articles" (any list of them), "site"
(every page). A page is served only while nothing that bears one of its keys has changed.
"""

from core.pagestore.changes import changed
from core.pagestore.declaring import keep_out, made_of, stored_page

__all__ = ["changed", "keep_out", "made_of", "stored_page"]
