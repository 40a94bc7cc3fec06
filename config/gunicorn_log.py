"""gunicorn's own lines in the format of all others, and one for each request where wanted."""

from types import SimpleNamespace

from gunicorn.glogging import Logger as GunicornLogger

from config import settings
from core.logs import log_context, prepare_handler


class Logger(GunicornLogger):
    def setup(self, cfg):
        super().setup(cfg)
        for handler in [*self.error_log.handlers, *self.access_log.handlers]:
            prepare_handler(handler, settings.LOG_FORMAT)

    def access(self, resp, req, environ, request_time):
        """Neither the address nor the query: both may be personal."""
        if not self.access_log_enabled:
            return
        environ = {key.upper(): value for key, value in environ.items()}
        fields = {
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "status": resp.status,
            "bytes": resp.sent,
            "milliseconds": request_time.seconds * 1000 + request_time.microseconds // 1000,
        }
        line = "%(method)s %(path)s %(status)s %(bytes)s bytes %(milliseconds)s ms"
        if settings.ACCESS_LOG_ADDRESSES:
            fields["address"] = address(environ)
            line += " %(address)s"
        with log_context(**request_ids(resp, environ)):
            self.access_log.info(line, fields, extra=fields)


def request_ids(resp, environ) -> dict:
    """A stored page bears no id: then only a proxy's names the request."""
    # Not before Django is set up, as below.
    from core.middleware import proxy_request_id

    made = {name.lower(): value for name, value in resp.headers}.get("x-request-id")
    found = made or proxy_request_id(environ)
    return {"request_id": found} if found else {}


def address(environ) -> str:
    from core.web.http import client_address

    return client_address(SimpleNamespace(META=environ))
