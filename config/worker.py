"""gunicorn's asgi worker with bounds on connections, time and memory.

True of gunicorn 27.0.1 and gunicorn_h1c 0.6.9, whose private names are used here (held by
tests/test_worker.py). Look at each point again with every upgrade:

- A new connection has no deadline for its first request, nor a client for reading the response, and
  connections are accepted until file descriptors run out. A buffering proxy bounds all three; `make
  run` and any deployment without one rely on these bounds (tests/test_pagestore_wire.py).
- The C parser and its connection refer to each other where Python's collector cannot see it: 12 KB
  leaked with each connection, so with each request of a proxy without keep-alive.
- What its parser refuses, as a request line that is too long, is answered without the headers that
  all our responses have.
- A worker waits for its connections as long as its master waits for it. Closing them earlier leaves
  time to write the view counts that are still in memory (tests/test_pagestore_restarts.py).
"""

import socket

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers import gasgi

# Seconds for the first request's headers; for further requests `keepalive` applies.
HEADERS_WITHIN = 10
# Seconds without any acknowledgement of what was sent.
READ_WITHIN = 30
# How long before the end of graceful_timeout, when the master kills, connections are closed.
LAST_SECONDS = 5

# The result is cached on the class that asks; gunicorn itself asks this one.
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
        # gunicorn starts this timer after each response and stops it when a request is complete.
        self._keepalive_handle = self.worker.loop.call_later(
            HEADERS_WITHIN, self._keepalive_timeout
        )

    def _send_error_response(self, status, message, extra_headers=()):
        # Not before Django is set up.
        from core.pagestore.refusing import common_headers

        common = [(name.decode(), value.decode()) for name, value in common_headers()]
        extra_headers = [*extra_headers, ("Cache-Control", "no-store"), *common]
        super()._send_error_response(status, message, extra_headers)

    def connection_lost(self, exc):
        self.worker.connections.discard(self)
        super().connection_lost(exc)
        # Break the reference cycle with the C parser.
        self._callback_parser = None


class Worker(gasgi.ASGIWorker):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.connections = set()
        gasgi.ASGIProtocol = Connection

    async def _shutdown(self):
        delay = max(self.cfg.graceful_timeout - LAST_SECONDS, 1)
        self.loop.call_later(delay, self.close_connections)
        await super()._shutdown()

    def close_connections(self):
        for connection in list(self.connections):
            connection.transport.abort()
