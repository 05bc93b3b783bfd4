"""What all tests share: where the evaluation data lies."""

import os
import shutil
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


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
