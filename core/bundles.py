"""One stylesheet and one script for readers, joined from sources that are kept by subject.

`STATIC_BUNDLES` says which files of `ASSET_DIRS` make which static file, in their order. The joined
file is found as any other static file is: collected and hashed in production, served by the
development server and by tests.
"""

import os
import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, searched_locations
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from rcssmin import cssmin
from rjsmin import jsmin

IMPORT = re.compile(r"^import\b[^;]*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)


class BundleFinder(BaseFinder):
    """Finds the files that `STATIC_BUNDLES` names, joining them anew each time."""

    def __init__(self, app_names=None, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=settings.STATIC_BUNDLES_ROOT)

    def find(self, path, find_all=False, **kwargs):
        searched_locations.extend(map(str, settings.ASSET_DIRS))
        found = [str(write_bundle(path))] if path in settings.STATIC_BUNDLES else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns):
        for path in settings.STATIC_BUNDLES:
            if not matches_patterns(path, ignore_patterns):
                write_bundle(path)
                yield path, self.storage


def write_bundle(path):
    """Where the joined file is, after it was written if it is not what the sources make now."""
    target = Path(settings.STATIC_BUNDLES_ROOT) / path
    joined = joined_sources(path)
    if not target.exists() or target.read_text() != joined:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Another process may be reading it.
        with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False) as file:
            file.write(joined)
        os.chmod(file.name, 0o644)
        os.replace(file.name, target)
    return target


def joined_sources(path):
    sources = [source_path(name).read_text() for name in settings.STATIC_BUNDLES[path]]
    if path.endswith(".css"):
        join, minify = "".join, cssmin
    else:
        join, minify = script_of_modules, jsmin
    joined = join(sources)
    return joined if settings.DEBUG else minify(joined)


def source_path(name) -> Path:
    """In the first folder that has it: a publication's own before ours."""
    paths = [folder / name for folder in settings.ASSET_DIRS]
    return next((path for path in paths if path.is_file()), paths[-1])


def script_of_modules(sources):
    """A classic script in which the modules share one block: strict, so no name is there twice."""
    modules = "".join(EXPORT.sub("", IMPORT.sub("", source)) for source in sources)
    return f'"use strict";\n{{\n{modules}}}\n'
