import os

import pytest

WITHOUT_KIT = ("test_moments", "test_page")


@pytest.fixture(scope="session")
def seed() -> int:
    """Of inputs, crosspoints and our draws; another one by ANALOGBENCH_PARITY_SEED."""
    return int(os.environ.get("ANALOGBENCH_PARITY_SEED", "0"))


@pytest.fixture(autouse=True)
def _with_aihwkit(request: pytest.FixtureRequest) -> None:
    """All tests but those of statistics and page compare with AIHWKIT."""
    if request.module.__name__.rpartition(".")[2] not in WITHOUT_KIT:
        pytest.importorskip("aihwkit", reason="AIHWKIT is not installed: pip install aihwkit==1.1.0")
