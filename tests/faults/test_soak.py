"""Half an hour at half load with a kill every minute: nothing is lost, and nothing grows.

BARQ_SOAK_MINUTES sets another length. Watched are the supervisor and one stage, which are never
killed, by how their memory and file descriptors grow; and the stages that are killed in turn, by
what they have when they have run for the same time.
"""

import os
import signal
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass

import psutil
import pytest

from agents.processes import Child
from pipeline.topology import BY_NAME
from tests.faults.drill import Drill, barq_up, children
from tests.waiting import until

MINUTES = float(os.environ.get("BARQ_SOAK_MINUTES", "30"))
RATE = 250.0
KILL_EVERY_SECONDS = 60.0
SAMPLE_EVERY_SECONDS = 5.0
SPARED = "tagging"
WARM_UP = 0.25
"""The part of the soak that is not judged: buffers, windows and caches fill up to their limits."""
WINDOW_ARTICLES = 10_000
"""Dedup remembers so many, which it has seen before the warm-up is over."""
SETTLED_AGE = (35.0, 55.0)
"""Ages in seconds at which lives of a killed worker are compared."""
MOST_GROWTH = 0.10
"""Of memory, over the judged time; more would be a gigabyte a week from a hundred megabytes."""
MOST_DESCRIPTORS = 8
"""Connections come and go with the broker's housekeeping; a leak has no bound."""

pytestmark = [
    pytest.mark.faults,
    pytest.mark.soak,
    pytest.mark.timeout(int(MINUTES * 60) + 1800),
]


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at a process; times in seconds."""

    at: float
    pid: int
    age: float
    memory: int
    descriptors: int


Samples = dict[str, list[Sample]]


def look(up: Child, began: float, samples: Samples) -> None:
    """Note memory and descriptors of the supervisor and of each worker."""
    for name, process in {"up": psutil.Process(up.pid), **children(up)}.items():
        try:
            found = Sample(
                time.monotonic() - began,
                process.pid,
                time.time() - process.create_time(),
                process.memory_info().rss,
                process.num_fds(),
            )
        except psutil.Error:  # it was killed meanwhile
            continue
        samples[name].append(found)


def growth(samples: list[Sample]) -> float:
    """Return by what part of itself memory grew over the judged time, by a straight line."""
    times, sizes = [s.at for s in samples], [s.memory for s in samples]
    slope = statistics.linear_regression(times, sizes).slope
    return slope * (times[-1] - times[0]) / statistics.mean(sizes)


def settled(samples: list[Sample]) -> list[tuple[float, float]]:
    """Return the memory and the descriptors of each life at the age when lives are compared."""
    lives: dict[int, list[Sample]] = defaultdict(list)
    for sample in samples:
        if SETTLED_AGE[0] <= sample.age <= SETTLED_AGE[1]:
            lives[sample.pid].append(sample)
    return [
        (statistics.mean(s.memory for s in life), max(s.descriptors for s in life))
        for life in lives.values()
    ]


def soak(up: Child, samples: Samples) -> int:
    """Kill a stage every minute, and look at all processes in between; return the kills."""
    victims = [stage for stage in BY_NAME if stage != SPARED]
    began = time.monotonic()
    kills = 0
    while (now := time.monotonic() - began) < MINUTES * 60:
        look(up, began, samples)
        if now >= (kills + 1) * KILL_EVERY_SECONDS:
            victim = victims[kills % len(victims)]
            until(lambda v=victim: v in children(up), 60, f"a start of {victim}")  # type: ignore[misc]
            children(up)[victim].send_signal(signal.SIGKILL)
            kills += 1
        time.sleep(SAMPLE_EVERY_SECONDS)
    return kills


def test_half_an_hour_with_a_kill_every_minute_loses_nothing_and_nothing_grows(
    drill: Drill,
) -> None:
    drill.set(dedup_window_articles=WINDOW_ARTICLES)
    samples: Samples = defaultdict(list)
    label = f"soak {MINUTES:g} min at {RATE:g}/s, kill -9 every minute"
    with barq_up(drill) as up, drill.course(label, rate=RATE):
        kills = soak(up, samples)
    assert kills >= MINUTES * 60 / KILL_EVERY_SECONDS - 1
    judged = {name: found[int(len(found) * WARM_UP) :] for name, found in samples.items()}
    told, wrong = [], []
    for name in ("up", SPARED):
        grown = growth(judged[name])
        counts = [s.descriptors for s in judged[name]]
        level = statistics.mean(s.memory for s in judged[name]) / 1e6
        told.append(f"{name} {level:.0f} MB {grown:+.1%}, {min(counts)} to {max(counts)} files")
        assert len({s.pid for s in judged[name]}) == 1
        if grown > MOST_GROWTH or max(counts) - min(counts) > MOST_DESCRIPTORS:
            wrong.append(told[-1])
    for name in BY_NAME:
        lives = settled(judged[name]) if name != SPARED else []
        if len(lives) < 2:
            continue
        (first, files), (last, files_last) = lives[0], lives[-1]
        told.append(f"{name} {first / 1e6:.0f} to {last / 1e6:.0f} MB in {len(lives)} lives")
        if last > first * (1 + MOST_GROWTH) or files_last > files + MOST_DESCRIPTORS:
            wrong.append(told[-1])
    drill.results[-1].notes = "; ".join(told)
    assert wrong == []
