"""Python, and analogbench itself with what it requires."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Iterable

from packaging.requirements import Requirement

from analogbench import __version__
from analogbench.doctor.asking import Answer
from analogbench.doctor.facts import Say, installed_version
from analogbench.doctor.findings import Finding, joined

NAME = "analogbench"
OPTIONAL = frozenset({"aihwkit"})
"""Required, but without it only its own devices are missing, which its own row says."""


def probe(say: Say) -> None:
    """Say versions, and which requirements are not met."""
    say(python=platform.python_version(), platform=f"{platform.system()} {platform.machine()}", version=__version__)
    try:
        required = importlib.metadata.requires(NAME) or ()
    except importlib.metadata.PackageNotFoundError:
        say(absent=True)
        return
    say(unmet=unmet(required))


def unmet(requirements: Iterable[str]) -> dict[str, str]:
    """What is wrong with each of the requirements that are not met, such as "torch is 2.13.0, not <2.12"."""
    wrong = {}
    for text in requirements:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        version = installed_version(wanted.name)
        if version is None and wanted.name in OPTIONAL:
            continue
        if version is None:
            wrong[f"{wanted.name}{wanted.specifier}"] = f"{wanted.name} is not installed"
        elif not wanted.specifier.contains(version, prereleases=True):
            wrong[f"{wanted.name}{wanted.specifier}"] = f"{wanted.name} is {version}, not {wanted.specifier}"
    return wrong


def judge(answer: Answer) -> list[Finding]:
    """A row for Python and one for analogbench."""
    facts = answer.facts
    python = Finding("Python", joined(facts.get("python"), facts.get("platform")))
    wrong: dict[str, str] = facts.get("unmet", {})
    if facts.get("absent"):
        found, advice = "not installed, so that no plugin is found", "`pip install .` in its folder"
    elif wrong:
        found, advice = joined(*wrong.values()), f"`pip install {' '.join(map(repr, wrong))}`"
    else:
        found, advice = answer.failure, "install analogbench again" if answer.failure else ""
    return [python, Finding(NAME, joined(facts.get("version"), found), "broken" if found else "ok", advice)]
