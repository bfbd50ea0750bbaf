"""Fills in the templates and writes the folder of a new distribution, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from analogbench import __version__
from analogbench.api.marker import API_VERSION
from analogbench.errors import UsageError

if TYPE_CHECKING:
    from analogbench.admission import Kind
    from analogbench.scaffold.naming import Names

ABOUT: dict[str, dict[str, str]] = {
    "algorithm": {
        "article": "an",
        "summary": "An algorithm for analogbench: analog SGD whose errors are shortened to a largest length.",
        "what": "write your rule into `update`",
        "selection": "-a sgd,analog-sgd,$name -d digital,ideal-softbounds -t least-squares",
    },
    "device": {
        "article": "a",
        "summary": "A device for analogbench: pulsed, with steps that shrink with the square of the way that is left.",
        "what": "write your curve into `responses` and into the table of `build_tile`",
        "selection": "-a analog-sgd,tiki-taka -d softbounds,$name -t least-squares",
    },
    "task": {
        "article": "a",
        "summary": "A task for analogbench: points of two interleaved half circles are told apart by a small network.",
        "what": "data, model, loss, metric and protocol",
        "selection": "-a sgd,analog-sgd -d digital,softbounds -t $name",
    },
}
"""What the texts of the three kinds differ in."""


def contents(kind: Kind, names: Names) -> dict[str, str]:
    """The files of the distribution, by their paths in its folder."""
    major, minor = API_VERSION.split(".")
    fields = {
        "kind": kind,
        "name": names.name,
        "title": names.title,
        "distribution": names.distribution,
        "module": names.module,
        "class_name": names.class_name,
        "test": names.name.replace("-", "_"),
        "version": __version__,
        "api": f">={major}.{minor},<{int(major) + 1}",
    }
    fields |= {key: Template(text).substitute(fields) for key, text in ABOUT[kind].items()}
    templates = {
        "pyproject.toml": "pyproject.toml.in",
        "README.md": "README.md.in",
        f"{names.module}.py": f"{kind}/module.py.in",
        f"tests/test_{fields['test']}.py": f"{kind}/test.py.in",
    }
    folder = files("analogbench.scaffold") / "templates"
    texts = {path: (folder / template).read_text(encoding="utf-8") for path, template in templates.items()}
    return {path: Template(text).substitute(fields) for path, text in texts.items()}


def write(kind: Kind, names: Names, into: Path) -> Path:
    """Write the folder of the distribution into another one and return its path. Raises UsageError."""
    target = into / names.distribution
    if os.path.lexists(target):
        raise UsageError(f"{target} is there already; remove it, choose another name or another folder with --into")
    try:
        into.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=into, prefix=f".{names.distribution}-") as scratch:
            made = Path(scratch) / names.distribution
            for path, text in contents(kind, names).items():
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                (made / path).write_text(text, encoding="utf-8", newline="\n")
            shutil.move(made, target)
    except OSError as error:
        problem = f"cannot write {target}: {error.strerror or error}"
        raise UsageError(f"{problem}; choose another folder with --into") from error
    return target
