"""The data sets that the suite knows, and those of all tasks."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from analogbench.api.params import Params
from analogbench.api.task import Task
from analogbench.data import DATA_SETS, data_dir, missing, shown
from analogbench.data.presence import damage
from analogbench.doctor.asking import Answer
from analogbench.doctor.child import one_line
from analogbench.doctor.facts import Say
from analogbench.doctor.findings import Finding
from analogbench.errors import UnavailableError
from analogbench.registry import load

FIELD = "data"
"""The parameter by which a task chooses between data sets."""


def probe(say: Say) -> None:
    """Compare every data set of the catalogue with its checksums, then load every data set of every task."""
    folder = data_dir()
    say(folder=shown(folder), folder_exists=folder.is_dir())
    say(catalogue={name: _look(name) for name in DATA_SETS})
    import torch

    sets: dict[str, dict[str, str] | None] = {}
    asked = [(task.name, task.value, choice) for task in load().tasks.values() for choice in choices(task.value.Params)]
    labels = [f"{name}[{FIELD}={choice}]" if choice else name for name, _, choice in asked]
    say(sets=sets | dict.fromkeys(labels))  # so that the parent knows which one a crash is due to
    for label, (_, task, choice) in zip(labels, asked, strict=True):
        sets[label] = _try(task, choice, torch.device("cpu"))
        say(sets=dict.fromkeys(labels) | sets)


def _look(name: str) -> dict[str, str]:
    """The state of one data set of the catalogue."""
    if reason := missing(name):
        return {"state": "missing", "found": reason}
    reason = damage(DATA_SETS[name])
    return {"state": "broken" if reason else "ok", "found": reason or "there"}


def choices(model: type[Params]) -> tuple[str | None, ...]:
    """The values of the parameter that chooses the data; one None, which stands for the defaults, without it."""
    field = model.model_fields.get(FIELD)
    if field is None or get_origin(field.annotation) is not Literal:
        return (None,)
    return get_args(field.annotation)


def _try(task: type[Task], choice: str | None, device: Any) -> dict[str, str]:
    """What comes of loading one data set."""
    try:
        task(task.Params(**({FIELD: choice} if choice else {}))).data("smoke", device)
    except UnavailableError as error:
        return {"state": "missing", "found": " ".join(str(error).split())}
    except Exception as error:
        return {"state": "broken", "found": one_line(error)}
    return {"state": "ok", "found": "there"}


def judge(answer: Answer) -> list[Finding]:
    """One row for the folder, one for each data set of the catalogue and one for each data set of a task."""
    facts = answer.facts
    findings = []
    if "folder" in facts:
        exists = facts["folder_exists"]
        findings.append(
            Finding("data folder", facts["folder"] + ("" if exists else ", not made yet"), "ok" if exists else "note")
        )
    catalogue: dict[str, dict[str, str]] = facts.get("catalogue", {})
    findings += [_catalogued(f"dataset {name}", result) for name, result in catalogue.items()]
    sets: dict[str, dict[str, str] | None] = facts.get("sets", {})
    untried = [label for label, result in sets.items() if result is None]
    if answer.failure and not untried:
        findings.append(Finding("data", answer.failure, "broken", "see `analogbench plugins`"))
    if untried:  # the child came to its end in the first of them
        sets |= {label: {"state": "note", "found": f"not tried after {untried[0]}"} for label in untried[1:]}
        sets[untried[0]] = {"state": "broken", "found": answer.failure}
    return [*findings, *(_finding(f"data {label}", result) for label, result in sets.items() if result)]


def _catalogued(component: str, result: dict[str, Any]) -> Finding:
    """The message says what is wrong and, after a semicolon, what to do."""
    found, _, advice = result["found"].partition("; ")
    return Finding(component, found, result["state"], advice)


def _finding(component: str, result: dict[str, Any]) -> Finding:
    """A missing data set's message says what is missing and, after a semicolon, what to do."""
    if result["state"] == "missing":
        found, _, advice = result["found"].partition("; ")
        return Finding(component, found, "missing", advice or "set ANALOGBENCH_DATA to the folder that has it")
    advice = "a fault of the task or of the files it reads; `analogbench list tasks` says whose it is"
    return Finding(component, result["found"], result["state"], advice if result["state"] == "broken" else "")
