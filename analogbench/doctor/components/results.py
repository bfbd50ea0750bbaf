"""The folder of results."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from analogbench.doctor.asking import Answer
from analogbench.doctor.facts import Say
from analogbench.doctor.findings import Finding


def probe(say: Say, results: str) -> None:
    """Make a file in the folder or, where that does not exist, in the nearest one that does; remove the file again."""
    folder = Path(results).expanduser().absolute()
    place = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    say(folder=results, place=str(place), exists=place == folder)
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".analogbench-"):
            pass
    except OSError as error:
        say(refused=f"{error.strerror or error}: {place}")


def judge(answer: Answer) -> list[Finding]:
    """One row."""
    folder = answer.facts.get("folder", "results")
    if failure := answer.failure or answer.facts.get("refused"):
        advice = "name another folder with --results, or make this one writable"
        return [Finding("results", f"{folder} cannot be written: {failure}", "broken", advice)]
    return [Finding("results", f"{folder} can be {'written' if answer.facts['exists'] else 'made and written'}")]
