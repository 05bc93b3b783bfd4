"""A worker that breaks at a given point: the real one, with one step of it wrapped.

    python broken_worker.py STAGE MARKS BREAK:TOPIC...

BREAK is one of the functions below, TOPIC the name (without prefix) of a topic that the step is
about. Each break leaves a file in the directory MARKS, and the next start takes the next one;
after all of them the worker is whole.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from agents.cli import main
from agents.delivery import Delivery, Send
from agents.stream import NewswireConsumer

BROKEN = 86
"""The exit code of a break, which no other end of a worker has."""
TURN = 3
"""The batch that breaks: there were some before it."""
BLOCKED_SECONDS = 15.0

Deliver = Callable[[Delivery, Sequence[Send]], Awaitable[None]]


def leave(marks: Path) -> None:
    """Leave a mark, and end the process as a power cut would."""
    (marks / str(time.time_ns())).touch()
    os._exit(BROKEN)


def on_delivery(topic: str, step: Callable[[Deliver, Delivery, Sequence[Send]], Any]) -> None:
    """Replace the delivery of the third batch that has output for the topic."""
    whole: Deliver = Delivery.deliver
    turns = 0

    async def deliver(self: Delivery, sends: Sequence[Send]) -> None:
        nonlocal turns
        turns += any(send.topic.endswith(topic) for send in sends)
        if turns < TURN:
            await whole(self, sends)
        else:
            await step(whole, self, sends)

    Delivery.deliver = deliver  # type: ignore[method-assign]


def only(topic: str, marks: Path) -> None:
    """Deliver a batch's records for the topic and none of the others, then end."""

    async def step(whole: Deliver, delivery: Delivery, sends: Sequence[Send]) -> None:
        await whole(delivery, [send for send in sends if send.topic.endswith(topic)])
        leave(marks)

    on_delivery(topic, step)


def without(topic: str, marks: Path) -> None:
    """Deliver a batch's records except those for the topic, then end."""

    async def step(whole: Deliver, delivery: Delivery, sends: Sequence[Send]) -> None:
        await whole(delivery, [send for send in sends if not send.topic.endswith(topic)])
        leave(marks)

    on_delivery(topic, step)


def half(topic: str, marks: Path) -> None:
    """Deliver the first half of a batch's records, one between an output and its log, then end."""

    async def step(whole: Deliver, delivery: Delivery, sends: Sequence[Send]) -> None:
        await whole(delivery, sends[: len(sends) // 4 * 2 + 1])
        leave(marks)

    on_delivery(topic, step)


def delivered(topic: str, marks: Path) -> None:
    """Deliver a batch, and end before it is acknowledged."""

    async def step(whole: Deliver, delivery: Delivery, sends: Sequence[Send]) -> None:
        await whole(delivery, sends)
        leave(marks)

    on_delivery(topic, step)


def committed(_: str, marks: Path) -> None:
    """End right after the third commit that the broker confirmed."""
    whole = NewswireConsumer.force_commit
    turns = 0

    async def force_commit(self: NewswireConsumer, *args: Any, **kwargs: Any) -> bool:
        nonlocal turns
        done = await whole(self, *args, **kwargs)
        turns += done
        if turns == TURN:
            leave(marks)
        return done

    NewswireConsumer.force_commit = force_commit  # type: ignore[method-assign]


def blocked(topic: str, marks: Path) -> None:
    """Block the event loop in the middle of a batch, as a runaway expression does."""

    async def step(whole: Deliver, delivery: Delivery, sends: Sequence[Send]) -> None:
        (marks / str(time.time_ns())).touch()
        time.sleep(BLOCKED_SECONDS)  # noqa: ASYNC251  (this is the fault)
        await whole(delivery, sends)

    on_delivery(topic, step)


def waiting(topic: str, marks: Path) -> None:
    """Wait for ever for a confirmation, with the event loop alive."""

    async def step(*_: object) -> None:
        (marks / str(time.time_ns())).touch()
        await asyncio.Event().wait()

    on_delivery(topic, step)


BREAKS = {f.__name__: f for f in (only, without, half, delivered, committed, blocked, waiting)}


if __name__ == "__main__":
    stage, marks, *breaks = sys.argv[1:]
    Path(marks).mkdir(parents=True, exist_ok=True)
    for one in breaks[len(list(Path(marks).iterdir())) :][:1]:
        broken, _, about = one.partition(":")
        BREAKS[broken](about, Path(marks))
    sys.argv[1:] = ["worker", stage]
    main()
