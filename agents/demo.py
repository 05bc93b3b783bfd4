"""`barq demo`: the sample wire through all stages, its alerts as they arrive, and the balance."""

import os
import signal
import statistics
import threading
import time

from rich.console import Console

from agents import exits
from agents.feed_report import FeedOptions
from agents.feeder import feed
from agents.logs import configure_logging
from agents.report import print_balances
from agents.settings import CHECKOUT, Settings
from agents.subscriber import AlertFollower, render_alert
from agents.up import Running, running

SAMPLES = CHECKOUT / "samples"
LONGEST_SECONDS = 120.0
WIRE_RATE = 25.0
"""Records a second: a busy live wire, so that the times from feed to alert mean something."""


def run_demo(settings: Settings, inputs: list[str] | None, console: Console) -> int:
    """Run the demonstration; return 0 if every stage balances and alerts came."""
    configure_logging(settings.model_copy(update={"log_level": "warning"}))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    console.print("Starting a broker and one worker a stage.")
    with running(settings, console) as barq:
        console.print(f"Ready after {time.monotonic() - began:.1f} s. Feeding the sample wire.\n")
        code = play(barq, inputs or [str(SAMPLES)], console)
    console.print("Everything is stopped.")
    return code


def play(barq: Running, inputs: list[str], console: Console) -> int:
    """Feed, print what is alerted until all is read, then the tables."""
    follower = AlertFollower(barq.settings, since="beginning")
    latencies: list[float] = []
    over = threading.Event()
    listener = threading.Thread(
        target=listen, args=(follower, latencies, over, console), daemon=True
    )
    listener.start()
    options = FeedOptions(rate=WIRE_RATE, rejects=barq.settings.run_dir / "rejects.jsonl")
    report = feed(inputs, barq.settings, options)
    idle = barq.wait_idle(LONGEST_SECONDS)
    time.sleep(0.5)
    over.set()
    listener.join(10)
    balances = barq.balances()
    console.print(f"\nFed {report.acknowledged} records; {len(latencies)} alerts arrived.")
    if latencies:
        console.print(
            f"From feed to alert: median {statistics.median(latencies) * 1000:.0f} ms, "
            f"99th percentile {percentile(latencies, 0.99) * 1000:.0f} ms.\n"
        )
    print_balances(balances, console)
    if not idle:
        console.print(f"Not everything was read within {LONGEST_SECONDS:g} s.")
    sound = idle and bool(latencies) and not any(one.unaccounted for one in balances)
    taken = balances[0].taken
    if taken != report.acknowledged:
        console.print(f"The feeder sent {report.acknowledged} records, cleaning read {taken}.")
        sound = False
    return exits.OK if sound else exits.PARTLY


def listen(
    follower: AlertFollower, latencies: list[float], over: threading.Event, console: Console
) -> None:
    """Print alerts as they arrive and note how long each took from its feeding."""
    for alert in follower.follow(over.is_set):
        if alert.fed_at is not None:
            latencies.append(max(0.0, alert.received_at - alert.fed_at))
        console.print(render_alert(alert.event, environment=os.environ))
    follower.close()


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
