"""docs/publishing.md: its code runs, and its workflow is what CI would do."""

from __future__ import annotations

import copy
import json
import re
import shlex
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from analogbench import hookspecs
from analogbench.admission import check_module, offers
from analogbench.registry import load

if TYPE_CHECKING:
    from conftest import Say

TEXT = (Path(__file__).parents[2] / "docs" / "publishing.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_workflow_publishes_what_verifies(results: Path, say: Say) -> None:
    (workflow,) = map(yaml.safe_load, _blocks("yaml"))
    steps: list[dict[str, Any]] = workflow["jobs"]["publish"]["steps"]
    commands = [shlex.split(step["run"].replace("${{ github.run_number }}", "7")) for step in steps if "run" in step]
    assert [words[:2] for words in commands] == [
        ["pip", "install"], ["analogbench", "publish"], ["analogbench", "verify"], ["analogbench", "publish"]
    ]  # fmt: skip
    for words in commands[1:]:
        assert say(*words[1:])[0] == 0
    paths = {step["uses"].partition("@")[0]: step["with"]["path"] for step in steps if "path" in step.get("with", {})}
    assert paths == {"actions/upload-artifact": "bundle.tar.gz", "actions/upload-pages-artifact": "site"}
    assert all(Path(path).exists() for path in paths.values())


def test_the_index_is_read_as_shown(results: Path, say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    """The best is the lowest loss, and of a task of which more is better the highest; tables are not mixed."""
    assert say("publish", "site")[0] == 0
    index = json.loads(Path("site/index.json").read_text("utf-8"))
    other = copy.deepcopy(index["records"])
    for record in other:
        record["cell"]["task"] = "other"
        record["metric"]["higher_is_better"] = True
    index["records"] += [*other, index["records"][0] | {"status": "crashed", "value": None, "metric": None}]
    (reading,) = (code for code in _blocks("python") if "site/index.json" in code)
    reading = reading.replace('open("site/index.json", encoding="utf-8")', '__import__("io").StringIO(TEXT)')
    exec(reading, {"TEXT": json.dumps(index)})
    line, also = capsys.readouterr().out.splitlines()
    assert (line.startswith("line "), line.endswith(" 0.25 loss")) == (True, True)
    assert (also.startswith("other "), also.endswith(" 2.25 loss")) == (True, True)


def test_the_observer_is_a_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = (code for code in _blocks("python") if "Observer" in code)
    module = ModuleType("printing")
    monkeypatch.setitem(sys.modules, "printing", module)
    exec(code, module.__dict__)
    check_module(module)
    manager = load(disabled=()).manager
    assert manager.hook.analogbench_observers is not None
    assert hasattr(hookspecs, "analogbench_observers")
    manager.register(module, name="printing")
    assert [str(offer) for offer in offers(manager, module)] == ["observer printing"]
