"""Names of scopes: how they may be written, and which of them are one."""


def fold(name: str) -> str:
    """The name without its capitals and spare blanks."""
    return " ".join(name.casefold().split())


def spellings_of(path: list[str]) -> list[str]:
    """How a scope may be written: “Berlin”, “Berlin, Germany”, “Berlin, Germany, Europe”.

    `path` has its own name first, then those of what it lies in.
    """
    return [", ".join(path[:length]) for length in range(1, len(path) + 1)]


def is_one_scope(first: str, second: str) -> bool:
    """Whether two names mean one: “Berlin” and “Berlin, Germany”, but not “Germany”."""
    parts, others = (fold(name).split(", ") for name in (first, second))
    shorter = min(len(parts), len(others))
    return parts[:shorter] == others[:shorter]
