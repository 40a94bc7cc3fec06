"""What somebody sent in a form that could not be taken: the answer holds it, to be sent again."""


def held_fields(request) -> list[tuple[str, str]]:
    """Names and values as they were sent, but for tokens, passwords and chosen files."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
