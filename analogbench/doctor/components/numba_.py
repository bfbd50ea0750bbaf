"""numba, which compiles the kernels for the CPU and keeps them in a cache."""

from __future__ import annotations

import os
from typing import Any

from analogbench.doctor.asking import Answer
from analogbench.doctor.facts import Say, import_package
from analogbench.doctor.findings import Finding, joined

CACHE = "NUMBA_CACHE_DIR"


def probe(say: Say) -> None:
    """Compile a function, and let numba find a writable folder for its cache."""
    numba: Any = import_package("numba", say)
    say(threads=numba.config.NUMBA_NUM_THREADS, folder=os.environ.get(CACHE))
    say(sum=int(numba.njit(_add)(1, 2)))
    try:
        numba.njit(cache=True)(_add)  # makes a file beside this one, or elsewhere, and removes it again
    except RuntimeError as error:
        say(cache=str(error))


def _add(a: int, b: int) -> int:
    return a + b


def judge(answer: Answer) -> list[Finding]:
    """One row."""
    facts, advice = answer.facts, "install numba again: `pip install --force-reinstall numba`"
    if facts.get("absent"):
        return [Finding("numba", "not installed", "missing", "`pip install numba`")]
    failure = answer.failure or (
        "" if facts.get("sum") == 3 else f"what it compiles adds 1 and 2 to {facts.get('sum')}"
    )
    if failure:
        return [Finding("numba", joined(facts.get("version"), failure), "broken", advice)]
    works = joined(facts.get("version"), "compiles", f"{facts['threads']} thread{'s' * (facts['threads'] != 1)}")
    if not facts.get("cache"):
        return [Finding("numba", joined(works, "its cache can be written"))]
    if facts.get("folder"):  # workers of a run take the folder that the user names, and no other
        advice = f"let {CACHE} name a folder that can be written, or unset it"
        return [Finding("numba", joined(works, f"no cache in {facts['folder']}: {facts['cache']}"), "broken", advice)]
    advice = f"every run compiles its kernels anew, which takes a while; set {CACHE} to a folder that can be written"
    return [Finding("numba", joined(works, "no folder for its cache can be written"), "note", advice)]
