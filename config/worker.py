"""gunicorn's own asgi worker, with the bounds that it lacks: on connections, time and memory.

Its connections wait for ever for their first request, and for a reader who does not read; and it
takes as many as come.
"""

import socket

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers import gasgi

# A connection says what it wants within these seconds; the next time within `keepalive`.
HEADERS_WITHIN = 10
# A reader takes something of what we sent within these.
READ_WITHIN = 30
# Before gunicorn's master kills at the end of graceful_timeout, a worker still writes its counts.
LAST_SECONDS = 5

# What it finds is kept with the class that asks, and looked for with this one.
ASGIProtocol._check_h1c_protocol_available()


class Connection(ASGIProtocol):
    def connection_made(self, transport):
        super().connection_made(transport)
        self.worker.connections.add(self)
        if self.worker.nr_conns > self.worker.worker_connections:
            self._send_error_response(503, "Too many connections.", [("Retry-After", "5")])
            self._close_transport()
            return
        connection = transport.get_extra_info("socket")
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, READ_WITHIN * 1000)
        # gunicorn sets this clock after each answer, and stops it when a request is complete.
        self._keepalive_handle = self.worker.loop.call_later(
            HEADERS_WITHIN, self._keepalive_timeout
        )

    def connection_lost(self, exc):
        self.worker.connections.discard(self)
        super().connection_lost(exc)
        # The parser in C holds methods of this object, which Python's collector cannot see:
        # unless it goes, each connection leaves what it last sent in memory.
        self._callback_parser = None


class Worker(gasgi.ASGIWorker):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.connections = set()
        gasgi.ASGIProtocol = Connection

    async def _shutdown(self):
        patience = max(self.cfg.graceful_timeout - LAST_SECONDS, 1)
        self.loop.call_later(patience, self.cut_off)
        await super()._shutdown()

    def cut_off(self):
        for connection in list(self.connections):
            connection.transport.abort()
