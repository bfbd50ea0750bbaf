"""Tries all rules of a suite, one after the other, without pytest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analogbench.testing.rules import Broken, Contract, NotApplicable, Rule
from analogbench.wording import count_of

State = Literal["ok", "failed", "not applicable"]


@dataclass(frozen=True)
class Verdict:
    """What came of a rule. text: for "ok" on how many cases it was tried, where it has any; else why not."""

    rule: Rule
    state: State
    text: str


def verdicts(suite: type[Contract]) -> Iterator[Verdict]:
    """Try one rule after the other. An error that stops several of them is told once."""
    known: dict[str, str] = {}
    for name, rule in suite.rules().items():
        yield _verdict(suite, name, rule, known)


def _verdict(suite: type[Contract], name: str, rule: Rule, known: dict[str, str]) -> Verdict:
    """known: the rules that were stopped by errors of the plugin, by the error."""
    broken: list[str] = []
    absent: list[str] = []
    try:
        cases = list(suite.cases(rule.each)) if rule.each else []
    except Exception as error:  # whatever a plugin does when it is asked what it fits
        return Verdict(rule, "failed", f"{type(error).__name__}: {error}")
    for case in [(case,) for case in cases] if rule.each else [()]:
        try:
            getattr(suite(), name)(*case)
        except Broken as error:
            first = known.setdefault(error.fault, rule.section) if error.fault else rule.section
            text = str(error).removeprefix(f"{rule.title}: ")
            broken.append(text if first == rule.section else f"the same {error.fault} as in {first} ({rule.page})")
        except NotApplicable as error:
            absent.append(str(error))
    if broken:
        more = f"; and {len(broken) - 1} more of {len(cases)} {rule.each}s" if len(broken) > 1 else ""
        return Verdict(rule, "failed", f"{broken[0]}{more}")
    if absent and len(absent) >= len(cases):
        return Verdict(rule, "not applicable", absent[0])
    if rule.each and not cases:
        return Verdict(rule, "not applicable", f"there is no {rule.each} to try it on")
    return Verdict(rule, "ok", count_of(len(cases) - len(absent), rule.each) if rule.each else "")
