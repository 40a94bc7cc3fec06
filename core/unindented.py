"""Templates without the indentation that only who writes them reads.

A page of ours has some hundred lines; their blanks would be sent, stored and compressed with it.
Lines keep their numbers, for the messages of errors.
"""

import re

from django.template.loaders import filesystem

_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Loader(filesystem.Loader):
    """Text within a tag of several lines loses it as well: `blocktranslate` needs `trimmed`."""

    def get_contents(self, origin):
        contents = super().get_contents(origin)
        return _INDENTATION.sub("", contents) if origin.name.endswith(".html") else contents
