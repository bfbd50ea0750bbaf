"""Serves the page, and nothing else, to a browser that asks again and again whether there is another."""

from __future__ import annotations

import hashlib
import socket
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from analogbench import __version__
from analogbench.errors import AnalogbenchError
from analogbench.report.page.document import policy

PATHS = ("/", "/index.html")
HTTP_PORT = 80
"""Browsers do not name it."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""By which names a browser on this machine may ask. A page from elsewhere whose name is made to lead here, to read what
it must not, asks by another."""


class PageServer(ThreadingHTTPServer):
    """Serves what `page` returns, asked anew for every request. Raises OSError where the address cannot be had."""

    daemon_threads = True

    def __init__(self, host: str, port: int, page: Callable[[], str]) -> None:
        self.page = page
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Where it is."""
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """One line: a browser that has gone is nobody's error."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            print(f"analogbench: a request failed: {type(error).__name__}: {error}", file=sys.stderr)


class _Handler(BaseHTTPRequestHandler):
    server: PageServer
    server_version = f"analogbench/{__version__}"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30.0

    def do_GET(self) -> None:
        """Send the page, unless the browser has it already."""
        if not self._is_known_host():
            return self._say(HTTPStatus.MISDIRECTED_REQUEST)
        if urlsplit(self.path).path not in PATHS:
            return self._say(HTTPStatus.NOT_FOUND)
        try:
            body = self.server.page().encode()
        except (AnalogbenchError, OSError) as error:
            return self._say(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if self.headers.get("If-None-Match") == tag:
            return self._send(HTTPStatus.NOT_MODIFIED, b"", tag)
        return self._send(HTTPStatus.OK, body, tag)

    def do_HEAD(self) -> None:
        """The same without the page."""
        self.do_GET()

    def _is_known_host(self) -> bool:
        host, port = self.server.server_address[:2]
        if str(host) not in {"127.0.0.1", "::1"}:
            return True
        known = {f"{name}:{port}" for name in LOOPBACK} | ({*LOOPBACK} if port == HTTP_PORT else set())
        return self.headers.get("Host", "").lower() in known

    def _say(self, status: HTTPStatus, reason: str = "") -> None:
        self._send(status, f"{status.value} {reason or status.phrase}\n".encode(), kind="text/plain")

    def _send(self, status: HTTPStatus, body: bytes, tag: str = "", kind: str = "text/html") -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Security-Policy", f"{policy(live=True)}; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a browser asks every two seconds."""
