"""What a run was measured on: machine, versions, date. It stands above every table."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from agents.kafka import LIBS
from bench.systems import System, version_of


def describe(systems: list[System], seed: int) -> dict[str, Any]:
    """Return machine, versions, date and seed of a run, for JSON."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "seed": seed,
        "machine": {
            "processor": processor(),
            "cores": os.cpu_count(),
            "memory_gb": round(psutil.virtual_memory().total / 1e9),
            "system": f"{platform.system()} {platform.release().split('-')[0]}",
            "python": platform.python_version(),
        },
        "kafka": kafka_version(),
        "versions": {system.title: version_of(system) for system in systems},
    }


def processor() -> str:
    """Return what the processor calls itself."""
    info = Path("/proc/cpuinfo")
    text = info.read_text("utf-8") if info.exists() else ""
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()


def kafka_version(libs: Path = LIBS) -> str:
    """Return the version of the Kafka whose jars lie there."""
    names = [path.stem.rpartition("-")[2] for path in libs.glob("kafka_*.jar")]
    return names[0] if names else "unknown"
