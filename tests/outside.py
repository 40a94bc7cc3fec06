"""Other people's servers, as tests need them: a mail server, and one that answers over HTTP."""

import email
import socketserver
import threading
from contextlib import contextmanager
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Outsider:
    """`calls` counts connections. While `is_open` is not set, it takes them and says nothing."""

    def __init__(self):
        self.calls, self.is_open = 0, threading.Event()
        self.lock = threading.Lock()
        self.is_open.set()

    def receive(self):
        with self.lock:
            self.calls += 1
        self.is_open.wait()


class MailServer(Outsider):
    """`accepted`: the messages it said it had taken, in their order."""

    def __init__(self):
        super().__init__()
        self.accepted = []
        self.server = serve_in_threads(socketserver.ThreadingTCPServer, handler_of_mail(self))
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"

    def ids(self):
        return [message["Message-ID"] for message in self.accepted]

    def recipients(self):
        return {message["To"] for message in self.accepted}


def handler_of_mail(outsider):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            outsider.receive()
            self.say("220 here")
            for line in self.rfile:
                verb = line[:4].upper().strip()
                if verb == b"DATA":
                    self.say("354 go on")
                    message = b"".join(iter(self.rfile.readline, b".\r\n"))
                    with outsider.lock:
                        parsed = email.message_from_bytes(message, policy=default)
                        outsider.accepted.append(parsed)
                self.say("221 bye" if verb == b"QUIT" else "250 so be it")

        def say(self, line):
            self.wfile.write(f"{line}\r\n".encode())

    return Handler


class WebService(Outsider):
    """`asked`: what each request said, its body and the header that names cache tags."""

    def __init__(self, answer=b"false"):
        super().__init__()
        self.answer, self.asked = answer, []
        self.server = serve_in_threads(ThreadingHTTPServer, handler_of_http(self))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"


def handler_of_http(outsider):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            outsider.receive()
            with outsider.lock:
                outsider.asked.append((body, self.headers.get("Surrogate-Key", "")))
            self.send_response(200)
            self.send_header("Content-Length", str(len(outsider.answer)))
            self.end_headers()
            self.wfile.write(outsider.answer)

        do_PURGE = do_POST

        def log_message(self, *args):
            pass

    return Handler


def serve_in_threads(kind, handler):
    class Server(kind):
        allow_reuse_address = daemon_threads = True
        request_queue_size = 200

        def handle_error(self, *args):
            """Whoever calls may be killed meanwhile."""

    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


@contextmanager
def outsider(made):
    try:
        yield made
    finally:
        made.is_open.set()
        made.server.shutdown()
        made.server.server_close()
