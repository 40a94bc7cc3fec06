"""A publication's own files, which stand before ours: its name, look and words without a fork."""

from pathlib import Path


def own_first(own: Path | None, ours: Path, name: str) -> list[Path]:
    """The folders of this name, the publication's own before ours; one it lacks is left out."""
    folders = [own / name] if own and (own / name).is_dir() else []
    return [*folders, ours / name]


def first_file(folders: list[Path], name: str) -> Path:
    """The file of this name that wins; ours where none is there, so that errors name it."""
    found = [folder / name for folder in folders if (folder / name).is_file()]
    return found[0] if found else folders[-1] / name
