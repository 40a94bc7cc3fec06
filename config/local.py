import os
import secrets
from pathlib import Path


def local_secret_key(directory: Path) -> str:
    """The key of a publication that runs on this machine alone, made at its first start."""
    path = directory / "secret-key"
    directory.mkdir(exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text()
