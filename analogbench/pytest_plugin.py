"""What pytest has to know of contract suites; pytest finds it by its entry point in the group `pytest11`.

It is loaded in every session of every project in the environment: it imports nothing until there is a rule to run.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A rule that is tried on several cases is a test for each."""
    rule = getattr(metafunc.function, "analogbench_rule", None)
    if rule is not None and rule.each and metafunc.cls is not None:
        metafunc.parametrize(rule.each, metafunc.cls.cases(rule.each))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A rule that does not apply is a skipped test."""
    if not hasattr(pyfuncitem.function, "analogbench_rule"):
        return (yield)
    __tracebackhide__ = True
    from analogbench.testing.rules import NotApplicable

    try:
        return (yield)
    except NotApplicable as error:
        pytest.skip(str(error))
