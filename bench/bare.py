"""The least an ASGI server can do: the bytes of a page, from memory, whoever asks for whatever.

BENCH_BODIES names a directory that holds a body and its headers (JSON) for each encoding.
"""

import json
import os
from pathlib import Path


def read(coding):
    directory = Path(os.environ["BENCH_BODIES"])
    headers = json.loads((directory / f"{coding}.json").read_text())
    return (
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        },
        {"type": "http.response.body", "body": (directory / coding).read_bytes()},
    )


ANSWERS = {coding.encode(): read(coding) for coding in ("identity", "gzip", "br")}


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    accepted = dict(scope["headers"]).get(b"accept-encoding", b"identity")
    start, body = ANSWERS[accepted]
    await send(start)
    return await send(body)
