"""Page keys: the cache tags that connect pages with what they show.

A key is a name, such as "articles", or a name with what it is about, such as "article:12". Each
room declares the names of its keys in its `pagekeys.py`.
"""

import re

# Keys are sent in headers, separated by spaces or commas.
KEY = re.compile(r"[\w:.-]+", re.ASCII)
# Every stored page is tagged with it.
SITE = "site"
# A change that would invalidate more keys than this invalidates every page.
MAX_NAMED = 500

names = set()


def declare(*declared):
    names.update(declared)


def is_key(key: str) -> bool:
    return KEY.fullmatch(key) is not None


def unknown_names(keys) -> list:
    return sorted({name for key in keys if (name := key.partition(":")[0]) not in names})


def refuse_unknown(keys):
    """Raises ValueError for a key that no pagekeys.py declares."""
    if wrong := sorted(key for key in keys if not is_key(key)):
        raise ValueError(f"Not a page key: {wrong}")
    if wrong := unknown_names(keys):
        raise ValueError(f"Unknown page keys {wrong}: declare them in their room's pagekeys.py")


def keys_for(name, pks) -> set:
    """A key for each primary key of a queryset, or SITE for more than MAX_NAMED of them."""
    pks = set(pks.order_by().distinct()[: MAX_NAMED + 1])
    return {SITE} if len(pks) > MAX_NAMED else {f"{name}:{pk}" for pk in pks}


declare(SITE, "static")
