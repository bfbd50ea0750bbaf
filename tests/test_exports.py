"""The public door: its names are an explicit list, every hook is documented, and opening it is quick."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from analogbench import api, hookspecs, testing

HOOKS = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("analogbench_")}


def test_the_public_names_of_the_api_are_its_list() -> None:
    public = {n for n, v in vars(api).items() if not n.startswith("_") and not isinstance(v, ModuleType)}
    assert public == set(api.__all__)
    assert len(api.__all__) == len(set(api.__all__))


def test_every_class_and_function_of_the_api_has_a_docstring_of_its_own() -> None:
    public = {name: getattr(api, name) for name in api.__all__}
    documentable = {name: value for name, value in public.items() if inspect.isclass(value) or inspect.isroutine(value)}
    assert [name for name, value in documentable.items() if not value.__doc__] == []
    assert {"Algorithm", "Device", "Tile", "Task", "hookimpl", "param"} <= documentable.keys()


def test_every_public_name_is_in_the_reference() -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference" / "interfaces.md").read_text(encoding="utf-8")
    assert {name for name in api.__all__ if f"::: analogbench.api.{name}\n" not in page} == set()


def test_the_public_names_of_the_contract_suites_are_their_list() -> None:
    public = {n for n, v in vars(testing).items() if not n.startswith("_") and not isinstance(v, ModuleType)}
    assert public == set(testing.__all__)


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_every_hook_is_documented_and_annotated(hook: Callable[..., Any]) -> None:
    assert inspect.getdoc(hook)
    parameters = inspect.signature(hook).parameters.values()
    assert [p.name for p in parameters if p.annotation is p.empty] == []
    assert inspect.signature(hook).return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_the_docstring_of_a_hook_names_its_arguments(hook: Callable[..., Any]) -> None:
    text = inspect.getdoc(hook) or ""
    assert [p for p in inspect.signature(hook).parameters if not re.search(rf"\b{p}\b", text)] == []


def test_every_hook_is_marked_as_a_specification() -> None:
    assert HOOKS
    assert [name for name, hook in HOOKS.items() if not hasattr(hook, "analogbench_spec")] == []


@pytest.mark.parametrize("module", ["analogbench.api", "analogbench.testing", "analogbench.pytest_plugin"])
def test_importing_it_does_not_import_torch(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
