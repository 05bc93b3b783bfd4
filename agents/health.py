"""What a worker says of itself over HTTP: /metrics, /live, /ready, from a thread of its own.

The thread answers even when the event loop is blocked, which is when the answers matter.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from agents import metrics


class PortTaken(Exception):
    """The address of the metrics cannot be opened; the message says what to do."""


Place = tuple[str, int]
"""A topic and one of its partitions."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How far a partition is done, where it ends, and since when it has stood so with a rest."""

    done: int
    end: int
    since: float


@dataclass(slots=True)
class Pulse:
    """The signs of life of one worker, written by its loop and its watchdog, read by all threads.

    Times are of the monotonic clock, in seconds.
    """

    started: float = field(default_factory=time.monotonic)
    ticked: float = field(default_factory=time.monotonic)
    joined: bool = False
    ready: bool = False
    standing: dict[Place, int | None] = field(default_factory=dict)
    """Of each partition that the worker owns, the offset before which nothing is left to do; None
    as long as the worker does not know."""
    restored: int = 0
    """How much of its hops' state the worker has read from logs; it grows while that goes on."""
    waits: dict[Place, Wait] = field(default_factory=dict)
    restored_before: int = 0
    """How much that was at the last look."""

    def tick(self) -> None:
        """Note that the event loop runs."""
        self.ticked = time.monotonic()

    def join(self, owned: Iterable[Place]) -> None:
        """Note that the group was shared anew and the worker now owns these partitions."""
        self.joined = True
        self.standing = dict.fromkeys(owned)
        self.waits = {}

    def look(self, found: Iterable[tuple[Place, int, int]]) -> None:
        """Compare what is done in the partitions with what there is: place, done, end.

        A partition's time runs from when it was first seen with a rest and no advance. While the
        worker restores its state nothing can advance, and that it restores is the advance.
        """
        now = time.monotonic()
        waits = {}
        restoring, self.restored_before = self.restored != self.restored_before, self.restored
        for place, done, end in found:
            last = self.waits.get(place)
            stands = last is not None and last.done == done < last.end and not restoring
            waits[place] = Wait(done, end, last.since if last and stands else now)
        self.waits = waits

    @property
    def lag(self) -> int:
        """Records that wait in this worker's own partitions."""
        return sum(max(0, wait.end - wait.done) for wait in self.waits.values())

    def stalled(self, after: float) -> str | None:
        """Return a sentence if the worker has stood still for `after` seconds, else None.

        One partition that does not advance is enough, whatever the others do.
        """
        now = time.monotonic()
        if now - self.ticked > after:
            return f"the event loop has not come round for {now - self.ticked:.0f} s"
        for (topic, partition), wait in self.waits.items():
            if wait.end > wait.done and now - wait.since > after:
                return (
                    f"{topic}/{partition} has stood at offset {wait.done} for "
                    f"{now - wait.since:.0f} s with {wait.end - wait.done} records waiting"
                )
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
