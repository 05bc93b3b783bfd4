"""A TCP proxy on 127.0.0.1 that makes a bad network of a good one: cut, slow, resetting."""

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from agents.processes import LOOPBACK

CHUNK = 65_536
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Way:
    """One direction of all connections, and what is wrong with it now."""

    cut: bool = False
    delay: float = 0.0
    bytes_a_second: float | None = None
    free_at: float = 0.0
    """When the bytes that passed so far have left a slow link."""

    def due(self, size: int, now: float) -> float:
        """Return when a chunk that comes in now goes out."""
        self.free_at = max(self.free_at, now)
        if self.bytes_a_second:
            self.free_at += size / self.bytes_a_second
        return self.free_at + self.delay


@dataclass(eq=False, slots=True)
class Link:
    """One client's connection through the proxy."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    robbed: bool = field(default=False)
    """Whether bytes of it were swallowed, so that it must not go on."""

    def reset(self) -> None:
        """Break both halves off at once, so that both ends see a reset."""
        for writer in (self.client, self.server):
            sock = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            writer.transport.abort()


class Proxy:
    """Passes connections at `port` on to `target`; runs in a thread of its own between with."""

    def __init__(self, port: int, target: int, seed: int) -> None:
        self.port, self.target = port, target
        self.up, self.down = Way(), Way()
        """From the clients to the server, and back."""
        self.chance = random.Random(seed)
        self.resets = 0
        self._links: set[Link] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @contextmanager
    def cut(self, way: Way) -> Iterator[None]:
        """Swallow all bytes in one direction meanwhile.

        TCP never goes on behind a gap: connections that missed bytes are reset afterwards.
        """
        way.cut = True
        try:
            yield
        finally:
            way.cut = False
            self._do(self._reset([link for link in self._links if link.robbed]))

    @contextmanager
    def slow(self, delay: float, bytes_a_second: float) -> Iterator[None]:
        """Delay every byte, and let only so many a second pass in each direction."""
        for way in (self.up, self.down):
            way.delay, way.bytes_a_second = delay, bytes_a_second
        try:
            yield
        finally:
            for way in (self.up, self.down):
                way.delay, way.bytes_a_second = 0.0, None

    def reset_one(self) -> None:
        """Reset a random connection, if there is any."""

        async def reset() -> None:
            links = sorted(self._links, key=id)
            if links:
                await self._reset([self.chance.choice(links)])

        self._do(reset())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, LOOPBACK, self.port)

    async def _close(self) -> None:
        self._server.close()
        await self._reset(list(self._links))
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _reset(self, links: list[Link]) -> None:
        for link in links:
            self.resets += 1
            link.reset()

    async def _connected(
        self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        try:
            from_server, to_server = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            to_client.transport.abort()
            return
        link = Link(to_client, to_server)
        self._links.add(link)
        try:
            await asyncio.gather(
                self._pass(link, from_client, to_server, self.up),
                self._pass(link, from_server, to_client, self.down),
            )
        finally:
            self._links.discard(link)
            for writer in (to_client, to_server):
                writer.transport.abort()

    async def _pass(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way
    ) -> None:
        """Pass bytes in one direction until either end closes."""
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)

        async def leave() -> None:
            loop = asyncio.get_running_loop()
            while True:
                due, chunk = await line.get()
                if (wait := due - loop.time()) > 0:
                    await asyncio.sleep(wait)
                if way.cut:
                    link.robbed = True
                    continue
                if not chunk:
                    writer.close()
                    return
                writer.write(chunk)
                await writer.drain()

        async def enter() -> None:
            loop = asyncio.get_running_loop()
            chunk = b"more"
            while chunk:
                chunk = await reader.read(CHUNK)
                await line.put((way.due(len(chunk), loop.time()), chunk))

        with contextlib.suppress(OSError):
            await asyncio.gather(enter(), leave())
