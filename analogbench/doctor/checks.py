"""All checks, and what one component's state means for another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from analogbench.doctor.asking import Answer, ask
from analogbench.doctor.components import aihwkit_, data, numba_, plugins, results, this, torch_, torchvision_
from analogbench.doctor.findings import Finding

TIMEOUT = 120.0
"""Seconds; the first import of torch from a slow disk takes a minute or more."""


class Component(Protocol):
    """A module of `components`; its `probe` is called by `child`."""

    __name__: str

    def judge(self, answer: Answer) -> list[Finding]:
        """Make findings of what the child said."""
        ...


COMPONENTS: tuple[Component, ...] = (this, torch_, torchvision_, aihwkit_, numba_, plugins, data, results)


def examine(folder: Path, timeout: float = TIMEOUT) -> list[Finding]:
    """Examine everything. folder: that of the results. timeout: seconds for each component."""
    questions = [(part.__name__, *((str(folder),) if part is results else ())) for part in COMPONENTS]
    answers = ask(questions, timeout)
    return _causes_first([f for part, answer in zip(COMPONENTS, answers, strict=True) for f in part.judge(answer)])


def _causes_first(findings: list[Finding]) -> list[Finding]:
    """Where torch does not work, what needs it is not to be repaired, but torch."""
    if not any(f.component == "torch" and f.state != "ok" for f in findings):
        return findings
    return [replace(f, advice="see to torch first") if _suffers(f) else f for f in findings]


def _suffers(finding: Finding) -> bool:
    return finding.state == "broken" and finding.component.partition(" ")[0] in ("torchvision", "aihwkit", "data")
