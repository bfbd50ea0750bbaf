"""torchvision, which must be that of the installed torch."""

from __future__ import annotations

from analogbench.doctor.asking import Answer
from analogbench.doctor.facts import Say, import_package, installed_version
from analogbench.doctor.findings import Finding, joined
from analogbench.doctor.pairs import fitting_torch, pip_install


def probe(say: Say) -> None:
    """Import it."""
    say(torch=installed_version("torch"))
    import_package("torchvision", say)


def judge(answer: Answer) -> list[Finding]:
    """One row."""
    facts = answer.facts
    command = pip_install(fitting_torch(facts.get("torch")))
    if facts.get("absent"):
        return [Finding("torchvision", "not installed", "missing", command)]
    found = joined(facts.get("version"), answer.failure)
    if answer.failure:
        return [
            Finding("torchvision", found, "broken", f"install it together with the torch it is made for: {command}")
        ]
    return [Finding("torchvision", found)]
