"""barq's own worker, metrics and all, with the stopwatch round its stages.

`python -m bench.barq_worker STAGE METER`; the settings come from the environment as ever. The
stage `pass-through` copies raw to clean in the place of cleaning, and is otherwise the same worker.
"""

import sys
from pathlib import Path

import agents.worker
from agents.app import build_hops
from agents.delivery import Headers, Send
from agents.hop import Decided, Hop, Stateless
from agents.inbox import Record
from agents.settings import Settings, load_settings
from bench.meter import Meter
from bench.stages import PASS_THROUGH
from pipeline.outcome import Keep

COPIED = Keep(())


class CopyingHop(Stateless):
    """Copies a record as it is, in the place of cleaning."""

    name = "cleaning"

    def __init__(self, settings: Settings) -> None:
        self.sink = settings.topics.name("clean")

    def decide(self, record: Record, headers: Headers) -> Decided:
        """Pass a record through."""
        return Decided(COPIED, [Send(self.sink, record.key, record.value, headers)])


def main() -> int:
    stage, meter = sys.argv[1], Meter(Path(sys.argv[2]))

    def timed_hops(name: str, settings: Settings, servers: str) -> list[Hop]:
        copying = stage == PASS_THROUGH
        hops: list[Hop] = [CopyingHop(settings)] if copying else build_hops(name, settings, servers)
        for hop in hops:
            hop.decide = meter.timed(hop.decide)  # type: ignore[method-assign]
        return hops

    # The worker takes its hops from the name that it imported.
    vars(agents.worker)["build_hops"] = timed_hops
    return agents.worker.run_worker("cleaning" if stage == PASS_THROUGH else stage, load_settings())


if __name__ == "__main__":
    sys.exit(main())
