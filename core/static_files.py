"""Static files of several releases in one STATIC_ROOT."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ReleaseStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Keeps its manifest in STATIC_MANIFEST_DIR, so that releases can share the files alone.

    A worker of the former release that is restarted must not read the names of the new one.
    """

    def __init__(self, *args, **kwargs):
        manifests = FileSystemStorage(location=settings.STATIC_MANIFEST_DIR)
        super().__init__(*args, manifest_storage=manifests, **kwargs)


class SharedStaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise lists STATIC_ROOT once; this follows what other releases add and remove."""

    def __call__(self, request):
        url = request.path_info
        if self.autorefresh or not self.immutable_file_test(None, url):
            return super().__call__(request)
        if url not in self.files:
            self.look_again(url)
        try:
            return super().__call__(request)
        except FileNotFoundError:
            del self.files[url]
            return self.get_response(request)

    def look_again(self, url):
        path = Path(self.static_root, url.removeprefix(self.static_prefix))
        if self.url_is_canonical(url) and path.is_file():
            self.add_file_to_dictionary(url, str(path))
