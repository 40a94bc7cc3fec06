"""The picture of the rooms in docs/architecture.md, drawn from their imports by `make picture`.

`python -m tests.picture --check` says whether it is out of date.
"""

import sys
from collections import defaultdict
from pathlib import Path

from tests.architecture import BASE_DIR, CHECKED, ROWS, reaches

DOCUMENT = BASE_DIR / "docs" / "architecture.md"
BEGIN, END = "<!-- drawn by `make picture` -->\n", "<!-- end of the picture -->\n"
DRAWN = [room for room in CHECKED if room != "bench"]


def arrows(root=BASE_DIR) -> dict[str, set]:
    """By room, the rooms that it imports from or names in strings, as `include` does."""
    found = {room: {reach.other for reach in reaches(root, room)} for room in DRAWN}
    return {
        room: {other for other in others if other in DRAWN and ROWS[other] < ROWS[room]}
        for room, others in found.items()
    }


def without_detours(arrows):
    """Less what another arrow implies: A → C where A → B and B leads to C."""

    def led_to(room):
        return arrows[room].union(*map(led_to, arrows[room]))

    return {
        room: others - set().union(*map(led_to, others)) if others else set()
        for room, others in arrows.items()
    }


def picture(root=BASE_DIR) -> str:
    rows = defaultdict(list)
    for room in DRAWN:
        rows[ROWS[room]].append(room)
    lines = ["```mermaid", "flowchart TD"]
    for row in sorted(rows, reverse=True):
        lines.append(f'  subgraph row{row} ["{row}"]')
        lines += [f"    {room}" for room in rows[row]]
        lines.append("  end")
    for room, others in without_detours(arrows(root)).items():
        lines += [f"  {room} --> {other}" for other in sorted(others)]
    return "\n".join([*lines, "```", ""])


def drawn_into(text: str, drawing: str) -> str:
    before, _, rest = text.partition(BEGIN)
    _former, _, after = rest.partition(END)
    return f"{before}{BEGIN}{drawing}{END}{after}"


def main(arguments, document: Path = DOCUMENT):
    text = document.read_text()
    new = drawn_into(text, picture())
    if arguments == ["--check"]:
        return new != text and f"{document.name} shows other imports than there are."
    document.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
