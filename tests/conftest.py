"""What all tests share: where the evaluation data lies, and how Hypothesis searches."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

CHECKOUT = Path(__file__).resolve().parent.parent

# Machines are noisy: no example is judged by its time. CI tries the same examples every time, so
# that a failure there is one of the change; at a desk the search goes on elsewhere each time.
settings.register_profile(
    "barq",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("barq")


@pytest.fixture(scope="session")
def evaluation_data() -> Path:
    """Give the directory of the evaluation data, or skip where it is absent."""
    path = Path(os.environ.get("BARQ_EVALUATION_DATA", CHECKOUT.parent / "shared" / "data"))
    if not path.is_dir():
        pytest.skip(f"no evaluation data at {path}; set BARQ_EVALUATION_DATA to its directory")
    return path


@pytest.fixture(scope="session")
def promtool() -> str:
    """Give the path of promtool, or skip where it is absent; in CI that is a failure."""
    found = shutil.which("promtool")
    if found is None:
        why = "promtool is missing: apt-get install prometheus"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return found
