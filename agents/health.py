"""What a worker says of itself over HTTP: /metrics, /live, /ready, from a thread of its own.

The thread answers even when the event loop is blocked, which is when the answers matter.
"""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from agents import metrics


class PortTaken(Exception):
    """The address of the metrics cannot be opened; the message says what to do."""


@dataclass(slots=True)
class Pulse:
    """The signs of life of one worker, written by its loop and read by other threads.

    Times are of the monotonic clock, in seconds.
    """

    started: float = field(default_factory=time.monotonic)
    ticked: float = field(default_factory=time.monotonic)
    progressed: float = field(default_factory=time.monotonic)
    joined: bool = False
    ready: bool = False
    lag: int = 0
    """Records that wait in this worker's own partitions."""
    standing: dict[tuple[str, int], int] = field(default_factory=dict)
    """Of each partition that the worker owns, the offset before which nothing is left to do."""

    def tick(self) -> None:
        """Note that the event loop runs."""
        self.ticked = time.monotonic()

    def progress(self) -> None:
        """Note that a batch was acknowledged, or that there is nothing to do."""
        self.progressed = time.monotonic()

    def stalled(self, after: float) -> str | None:
        """Return a sentence if the worker has stood still for `after` seconds, else None."""
        now = time.monotonic()
        if now - self.ticked > after:
            return f"the event loop has been blocked for {now - self.ticked:.0f} s"
        if self.lag > 0 and now - self.progressed > after:
            return f"no progress for {now - self.progressed:.0f} s with {self.lag} records waiting"
        return None


class HealthServer:
    """Serves a worker's /metrics, /live and /ready until it is closed."""

    def __init__(self, host: str, port: int, pulse: Pulse, stall_seconds: float) -> None:
        """Open the address; port 0 takes a free one. Raises PortTaken."""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = answer(self.path, pulse, stall_seconds)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Say nothing: probes come every few seconds."""

        try:
            self.server = ThreadingHTTPServer((host, port), Handler)
        except OSError as error:
            raise PortTaken(
                f"{host}:{port} cannot be opened for metrics ({error.strerror}): stop what uses "
                "it, or set BARQ_METRICS_PORT to another port or to 0 for a free one."
            ) from error
        self.server.daemon_threads = True
        self.port: int = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


def answer(path: str, pulse: Pulse, stall_seconds: float) -> tuple[int, str, bytes]:
    """Return the status, content type and body for a request."""
    text = "text/plain; charset=utf-8"
    match path.split("?", maxsplit=1)[0]:
        case "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest(metrics.REGISTRY)
        case "/live":
            stall = pulse.stalled(stall_seconds)
            return (503, text, f"{stall}\n".encode()) if stall else (200, text, b"live\n")
        case "/ready":
            return (200, text, b"ready\n") if pulse.ready else (503, text, b"not ready\n")
        case _:
            return 404, text, b"there are /metrics, /live and /ready\n"
