"""Statuses and reasons of exceptions, in one process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from analogbench.api import Algorithm
from analogbench.errors import DataMissingError, PluginError
from analogbench.registry import Registry
from analogbench.run.failure import describe, died, stack_of
from analogbench.run.messages import Failure, Lost


def caught(error: BaseException, registry: Registry | None = None) -> Failure:
    try:
        raise error
    except BaseException as raised:
        return describe(raised, registry)


class OutOfMemoryError(RuntimeError):
    """As torch's is called, without importing torch."""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError("x"), "crashed"),
        (MemoryError(), "oom"),
        (OutOfMemoryError("CUDA out of memory"), "oom"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"), "oom"),
        (PluginError("x"), "plugin-error"),
        (DataMissingError("x"), "skipped"),
    ],
)
def test_status(error: Exception, status: str) -> None:
    assert caught(error).status == status


def test_a_reason_is_one_short_line() -> None:
    reason = caught(ValueError("many\n\n  words " * 100)).reason
    assert reason.startswith("ValueError: many words many")
    assert reason.endswith("…")
    assert len(reason) == 200


def test_an_exception_that_cannot_say_what_it_is() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise SystemExit

    assert caught(MuteError()).reason == "MuteError: (its message cannot be shown: SystemExit)"


def test_only_the_end_of_a_traceback_is_kept() -> None:
    def even(n: int) -> None:
        odd(n - 1)

    def odd(n: int) -> None:
        if n < 0:
            raise ValueError("y" * 1000)
        even(n)

    with pytest.raises(ValueError, match="y") as info:
        even(50)
    lines = describe(info.value, None).traceback.splitlines()
    assert len(lines) == 20
    assert max(map(len, lines)) == 300


def with_rule(registry: Registry, source: str, distribution: str) -> tuple[Registry, type[Algorithm]]:
    """A registry in which the rule `half` is of `source`, whose module is called `outsider`."""
    space: dict[str, object] = {"__name__": "outsider.rules"}
    exec(compile(source, "outsider/rules.py", "exec"), space)
    rule = type("Rule", (registry.algorithms["half"].value,), {"__module__": "outsider.rules", **space})
    entry = replace(registry.algorithms["half"], value=rule, distribution=distribution)
    return replace(registry, algorithms=MappingProxyType({"half": entry})), rule


@pytest.mark.parametrize(("distribution", "status"), [("somebody", "plugin-error"), ("analogbench", "crashed")])
def test_whose_code_raises(registry: Registry, distribution: str, status: str) -> None:
    source = "import json\ndef read(self): return json.loads('{')"  # raised in a library, called by the plugin
    registry, rule = with_rule(registry, source, distribution)
    with pytest.raises(ValueError, match="Expecting") as info:
        rule.read(None)  # type: ignore[attr-defined]
    assert describe(info.value, registry).status == status


def test_a_harness_that_raises_when_called_by_a_plugin_is_not_the_plugin(registry: Registry) -> None:
    source = "from analogbench.api import Protocol\ndef read(self): return Protocol(1, 1, 1, 1, '1').rate_factor(1)"
    registry, rule = with_rule(registry, source, "somebody")
    with pytest.raises(TypeError) as info:
        rule.read(None)  # type: ignore[attr-defined]
    assert describe(info.value, registry).status == "crashed"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (3, "exit code 3"),
        (-11, "SIGSEGV"),
        (-99, "signal 99"),
        (None, "no exit code"),
        (-6, "SIGABRT"),
    ],
)
def test_how_a_worker_died(tmp_path: Path, code: int | None, text: str) -> None:
    failure = died(code, tmp_path / "no.log")
    assert isinstance(failure, Failure)
    assert failure.reason.startswith(f"the worker process died: {text}")
    assert (failure.status, failure.traceback, failure.spoilt) == ("crashed", "", True)


def test_a_worker_that_was_killed_from_outside_is_lost(tmp_path: Path) -> None:
    lost = died(-9, tmp_path / "no.log")
    assert isinstance(lost, Lost)
    assert lost.reason.startswith("the worker process died: SIGKILL (the system kills")


def test_a_stack_that_was_written_down_ends_with_the_last_call(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    calls = "".join(f'  File "x.py", line {n} in f{n}\n' for n in range(30))
    log.write_text(
        f"noise\nThread 0x1 (most recent call first):\n  File other\n\n"
        f"Current thread 0x2 (most recent call first):\n{calls}\nExtension modules: a\n"
    )
    head, *shown = stack_of(log).splitlines()
    assert head == "Stack when it was killed (most recent call last):"
    assert shown[-1].endswith("in f0")
    assert len(shown) == 19


def test_the_end_of_a_log_that_is_not_text(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    log.write_bytes(b"\xff\xfe" * 50_000 + b"\nlast")
    assert died(1, log).traceback.splitlines()[-1] == "last"
