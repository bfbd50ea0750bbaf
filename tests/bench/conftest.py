from collections.abc import Callable, Sequence

import pytest

from analogbench.bench.cases import Case, cases_of
from analogbench.grid.plan import plan
from analogbench.grid.suite_bench import Bench
from analogbench.registry import Registry, load

Cases = Callable[..., list[Case]]


@pytest.fixture(scope="session")
def installed() -> Registry:
    """The first-party plugins."""
    return load()


@pytest.fixture
def cases(installed: Registry) -> Cases:
    """cases(algorithms, devices, tasks, reference=None, baseline=None), of cells with two seeds."""

    def make(algorithms: Sequence[str], devices: Sequence[str], tasks: Sequence[str], **beside: str) -> list[Case]:
        cells = plan(installed, algorithms, devices, tasks, [3, 4], "smoke").cells
        return cases_of(installed, cells, Bench(**beside))

    return make
