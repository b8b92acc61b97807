"""A service that keeps the contract, but for the one fault that CANARY_FAULT names.

Judges of running services must find the fault, or what they say of real services is worth nothing.
"""

import json
import os
import re
import signal
import socket
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

FAULT = os.environ.get("CANARY_FAULT", "")
ROUTE = "/v1/greetings"
NAME = re.compile(r"[A-Za-z0-9]{1,60}")
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"}
DOCUMENT = json.loads(Path("openapi.json").read_text())

lock = threading.Lock()
counts: dict[tuple[str, str, str], int] = {}
stopping = threading.Event()
database_up = True


def log(**fields: object) -> None:
    with lock:
        print("plain text" if FAULT == "logs" else json.dumps(fields), flush=True)


def field(number: int, value: bytes | str | int) -> bytes:
    """A field of a protobuf message."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    value = value.encode() if isinstance(value, str) else value
    length = bytearray()
    rest = len(value)
    while rest > 127:
        length.append(rest & 127 | 128)
        rest >>= 7
    return bytes([number << 3 | 2, *length, rest]) + value


def attribute(key: str, value: str) -> bytes:
    return field(1, key) + field(2, field(1, value))


def span(method: str, trace: str) -> bytes:
    span = field(1, bytes.fromhex(trace)) + field(5, f"{method} {ROUTE}") + field(6, 2)
    return span + field(9, attribute("http.route", ROUTE))


def duration() -> bytes:
    """The histogram of what was asked of the route, but for its buckets."""
    with lock:
        count = sum(count for (_, route, _), count in counts.items() if route == ROUTE)
    point = bytes([4 << 3 | 1]) + count.to_bytes(8, "little")
    if FAULT != "durations":
        point += field(9, attribute("http.route", ROUTE))
    return field(1, "http.server.request.duration") + field(9, field(1, point))


def export(endpoint: str, signal: str, item: bytes) -> None:
    resource = field(1, field(1, attribute("service.name", "canary")))
    body = field(1, resource + field(2, field(2, item)))
    kind = {"Content-Type": "application/x-protobuf"}
    request = urllib.request.Request(f"{endpoint}/v1/{signal}", body, kind)  # noqa: S310
    urllib.request.urlopen(request, timeout=2).close()  # noqa: S310


def database() -> tuple[str, int] | None:
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    return (url.hostname, url.port or 5432) if url.hostname else None


def is_up(address: tuple[str, int]) -> bool:
    """Whether PostgreSQL answers a request for TLS, with yes or no."""
    try:
        with socket.create_connection(address, timeout=1) as connection:
            connection.sendall(bytes.fromhex("0000000804d2162f"))
            return connection.recv(1) in (b"S", b"N")
    except OSError:
        return False


def watch(address: tuple[str, int]) -> None:
    global database_up
    contrary = 0
    while True:
        contrary = 0 if is_up(address) == database_up else contrary + 1
        if contrary == 2:
            database_up, contrary = not database_up, 0
            log(message="the database turned", up=database_up)
        time.sleep(0.02 if FAULT == "database" and not database_up else 0.5)


class Service(BaseHTTPRequestHandler):
    """What callers reach."""

    def answer(self, status: int, body: object, route: str = "", **headers: str) -> None:
        kind = "application/json" if status == 200 else "application/problem+json"
        identity = self.headers.get("X-Request-Id", "none")
        trace = (self.headers.get("Traceparent") or f"00-{'1' * 32}-x-01").split("-")[1]
        method = self.command if self.command in METHODS else "_OTHER"
        if route not in ("/livez", "/readyz"):
            with lock:
                label = self.path if FAULT == "metrics" else route
                key = (method, label, str(status))
                counts[key] = counts.get(key, 0) + 1
            log(request_id=identity, trace_id=trace, route=route, status=status)
        if route == ROUTE:
            endpoint = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
            if FAULT == "silence":
                endpoint = endpoint or "http://127.0.0.1:4318"
            if endpoint and FAULT != "telemetry":
                export(endpoint, "traces", span(method, trace))
                export(endpoint, "metrics", duration())
        data = json.dumps(body if status == 200 else {"title": body, "status": status}).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Request-Id", identity)
        self.end_headers()
        self.wfile.write(data)

    def greet(self, body: bytes) -> None:
        try:
            name = json.loads(body)["name"]
        except (ValueError, KeyError, TypeError):
            return self.answer(422, "no name", ROUTE)
        if not isinstance(name, str) or not NAME.fullmatch(name):
            status = 500 if FAULT == "contract" else 422
            return self.answer(status, "not a name", ROUTE)
        if (address := database()) and not (database_up and is_up(address)):
            return self.answer(503, "the database does not answer", ROUTE)
        return self.answer(200, {"message": f"Hello, {name}!"}, ROUTE)

    def handle_any(self) -> None:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length) if length.isdigit() else 0)
        path = self.path.split("?")[0]
        if path == "/livez":
            return self.answer(404 if FAULT == "probes" else 200, "live", path)
        if path == "/readyz":
            ready = database_up and not stopping.is_set()
            return self.answer(200 if ready else 503, "ready", path)
        if path == "/openapi.json":
            return self.answer(200, {} if FAULT == "document" else DOCUMENT, path)
        if path == ROUTE and self.command == "POST":
            return self.greet(body)
        if path == ROUTE:
            return self.answer(405, "not allowed", ROUTE, Allow="POST")
        return self.answer(404, "not found")

    def __getattr__(self, name: str) -> object:
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Says nothing: `answer` logs."""


class Metrics(BaseHTTPRequestHandler):
    """What Prometheus reaches."""

    def do_GET(self) -> None:  # noqa: N802
        label = 'http_request_method="{}",http_route="{}",http_response_status_code="{}"'
        with lock:
            lines = [
                f"http_server_request_duration_seconds_count{{{label.format(*key)}}} {count}"
                for key, count in counts.items()
            ]
        lines.append("process_start_time_seconds 1")
        lines += [f'db_client_connection_count{{state="{it}"}} 0' for it in ("idle", "used")]
        lines.append("db_client_connection_max 1")
        self.send_response(200)
        self.end_headers()
        self.wfile.write("\n".join([*lines, ""]).encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def main() -> None:
    # Blocked in every thread, so that it waits to be fetched.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    service = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Service)
    service.daemon_threads = False
    metrics = ThreadingHTTPServer(("127.0.0.1", int(os.environ["METRICS_PORT"])), Metrics)
    for server in (service, metrics):
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    if address := database():
        threading.Thread(target=watch, args=(address,), daemon=True).start()
    signal.sigwait({signal.SIGTERM})
    stopping.set()
    if FAULT != "drain":
        time.sleep(float(os.environ.get("DRAIN_DELAY_SECONDS", "5")))
    service.shutdown()
    service.server_close()
    sys.exit(0)


main()
