"""Which inline scripts a browser may run, told by their text."""

from base64 import b64encode
from hashlib import sha256


def script_hash(path) -> str:
    """The source expression for the Content-Security-Policy that allows exactly this text."""
    return f"'sha256-{b64encode(sha256(path.read_bytes()).digest()).decode()}'"
