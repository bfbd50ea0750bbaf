"""What verification finds: of each thing that is checked, that it is good, wrong, or that nobody can say here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["good", "unverified", "wrong"]

Check = Literal["index", "files", "records", "identities", "tables", "plots", "suites", "re-runs"]

ORDER: tuple[Check, ...] = ("index", "files", "records", "identities", "tables", "plots", "suites", "re-runs")


@dataclass(frozen=True)
class Finding:
    """check: of what kind. what: the file or cell. why: one line; empty where there is nothing to say."""

    check: Check
    state: State
    what: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.why}" if self.why else self.what


def counted(findings: Iterable[Finding]) -> list[tuple[Check, Counter[State]]]:
    """How many of each state, for each check of which there is anything."""
    numbers: dict[Check, Counter[State]] = {}
    for finding in findings:
        numbers.setdefault(finding.check, Counter())[finding.state] += 1
    return [(check, numbers[check]) for check in ORDER if check in numbers]


def reasons(findings: Iterable[Finding], state: State) -> list[str]:
    """Why things are in a state, each reason once, with how many things it is said of: `114 records: made by …`."""
    numbers = Counter((finding.check, finding.why) for finding in findings if finding.state == state)
    return [f"{number} {_noun(check, number)}: {why}" for (check, why), number in numbers.items()]


def _noun(check: Check, number: int) -> str:
    one = {"identities": "identity", "index": "index"}.get(check, check.removesuffix("s"))
    if check == "index":
        return one if number == 1 else "entries of the index"
    return one if number == 1 else check
