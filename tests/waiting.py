"""Waiting for something that happens in another process."""

import time
from collections.abc import Callable

POLL_SECONDS = 0.05


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for a condition, or fail saying which."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:g} s"
        time.sleep(POLL_SECONDS)
