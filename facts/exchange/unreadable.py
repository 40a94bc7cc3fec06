class Unreadable(ValueError):
    """`part` names the part of the line that cannot be read; the message says what to write."""

    def __init__(self, part: str, message: str):
        super().__init__(message)
        self.part = part
