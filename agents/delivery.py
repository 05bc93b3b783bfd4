"""Sending with proof: `deliver` returns when the broker has confirmed every record, in order."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

log = structlog.get_logger()

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Send:
    """One record on its way to a topic; `partition` None lets the key decide."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int | None = None


class Producer(Protocol):
    """The part of Faust's producer that delivery needs."""

    async def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        partition: int | None,
        timestamp: float | None,
        headers: Any,
    ) -> Awaitable[Any]:
        """Enqueue a record and return the future of its confirmation."""
        ...


class DeliveryFailed(Exception):
    """The broker did not confirm in time; nothing that caused these records may be acknowledged."""


class Delivery:
    """Delivers records through a producer within `timeout` seconds, retries included."""

    def __init__(self, producer: Producer, timeout: float) -> None:
        self.producer = producer
        self.timeout = timeout
        self.retries = 0

    async def deliver(self, sends: Sequence[Send]) -> None:
        """Return when every record is confirmed. Raises DeliveryFailed after the timeout.

        What failed is sent again with all that followed it in this batch under the same topic, so
        that the last copy of each record is in order within its key.
        """
        deadline = asyncio.get_running_loop().time() + self.timeout
        pause = FIRST_PAUSE
        left = list(sends)
        while left:
            results = await self._attempt(left, deadline)
            failures = [n for n, result in enumerate(results) if isinstance(result, BaseException)]
            if not failures:
                return
            error = results[failures[0]]
            first_failed = {left[n].topic: n for n in reversed(failures)}
            left = [
                send
                for n, send in enumerate(left)
                if n >= first_failed.get(send.topic, len(results))
            ]
            if asyncio.get_running_loop().time() + pause >= deadline:
                raise DeliveryFailed(
                    f"{len(left)} records were not confirmed within {self.timeout:g} s: {error!r}"
                )
            self.retries += 1
            log.warning("delivery failed; trying again", records=len(left), error=repr(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _attempt(self, sends: list[Send], deadline: float) -> list[Any]:
        """Send each record once and return each one's confirmation or error, in order."""
        results: list[Any] = []
        waiting: list[asyncio.Future[Any]] = []
        try:
            async with asyncio.timeout_at(deadline):
                for send in sends:
                    confirmation = await self.producer.send(
                        send.topic, send.key, send.value, send.partition, None, send.headers
                    )
                    waiting.append(asyncio.ensure_future(confirmation))
                results = await asyncio.gather(*waiting, return_exceptions=True)
        except Exception as error:  # noqa: BLE001  (whatever failed, these are not confirmed)
            for future in waiting:
                future.cancel()
            log.warning("delivery did not finish", error=repr(error))
            return [error] * len(sends)
        return results
