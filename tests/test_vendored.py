"""The desk's editor is bundled by bin/vendor-editor: what is there belongs together."""

import hashlib
import json

from django.conf import settings

BUNDLE = settings.BASE_DIR / "static" / "vendor" / "codemirror"
SOURCES = settings.BASE_DIR / "bin" / "editor"


def test_bundle_is_of_the_packages_that_are_named_with_their_licences():
    told = json.loads((BUNDLE / "packages.json").read_text())
    bundle = (BUNDLE / "codemirror.js").read_bytes()
    assert hashlib.sha256(bundle).hexdigest() == told["sha256"]
    locked = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    licences = (BUNDLE / "LICENSES.txt").read_text()
    for package in told["packages"]:
        name, version = package["name"], package["version"]
        assert locked[f"node_modules/{name}"]["version"] == version
        assert f"{name} {version}\n" in licences
        assert package["license"] == "MIT"


def test_named_packages_are_exact_and_in_the_bundle():
    named = json.loads((SOURCES / "package.json").read_text())["dependencies"]
    told = json.loads((BUNDLE / "packages.json").read_text())["packages"]
    bundled = {package["name"]: package["version"] for package in told}
    assert named.items() <= bundled.items()
