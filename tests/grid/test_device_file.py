"""Devices from files: what a cell holds of one, and how mistakes are named."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analogbench.errors import SelectionError, UnknownNameError, UsageError
from analogbench.grid.cell import Cell, Part
from analogbench.grid.identity import identity
from analogbench.grid.jobs import pack
from analogbench.grid.plan import plan
from analogbench.grid.selection import label_of, select
from analogbench.grid.suite import Grid, Suite, suite_plan
from analogbench.registry import Registry, load
from analogbench.run.again import commands

FILE = """\
schema_version = 1
name = "my-array"
device = "softbounds"

[parameters]
tau = 0.7
mult_noise = true

[measured]
anything = [1, "two"]
"""

Written = Callable[..., str]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load()


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Writes a changed device file and returns its name."""
    monkeypatch.chdir(tmp_path)

    def write(old: str = "", new: str = "", name: str = "d.toml") -> str:
        assert old in FILE
        Path(name).write_text(FILE.replace(old, new, 1) if old else FILE, encoding="utf-8")
        return name

    return write


def cells(registry: Registry, *devices: str) -> tuple[Cell, ...]:
    return plan(registry, ["analog-sgd"], devices, ["least-squares"], [0], "smoke").cells


def test_a_file_is_a_device_with_its_parameters(registry: Registry, written: Written) -> None:
    (part,) = select(registry, "device", [written()])
    (named,) = select(registry, "device", ["softbounds[tau=0.7,mult_noise=true]"])
    assert (part.name, part.params) == (named.name, named.params)
    assert str(part) == label_of(part, registry, "device") == "my-array"


def test_parameters_can_be_changed_and_show(registry: Registry, written: Written) -> None:
    parts = select(registry, "device", [f"{written()}[tau=0.7,0.9,mode=expected]", "d.toml"])
    labels = ["my-array[mode=expected]", "my-array[tau=0.9,mode=expected]", "my-array"]
    assert [str(part) for part in parts] == labels
    assert [part.params["tau"] for part in parts] == [0.7, 0.9, 0.7]


def test_two_devices_of_one_name_are_refused_and_a_copy_is_none(registry: Registry, written: Written) -> None:
    one, copy, other = written(), written(name="copy.toml"), written("0.7", "0.8", name="other.toml")
    assert [str(part) for part in select(registry, "device", [one, copy, f"{one}[tau=0.9]"])] == [
        "my-array",
        "my-array[tau=0.9]",
    ]
    for second in (other, f"{other}[tau=0.9]", f"{other}[tau=0.7]"):
        with pytest.raises(SelectionError, match=r"two device files describe a device called 'my-array'; give one"):
            select(registry, "device", [one, second])
    grids = [Grid(algorithms=("analog-sgd",), devices=(name,), tasks=("least-squares",)) for name in (one, copy, other)]
    suite_plan(registry, Suite(name="s", title="", grid=tuple(grids[:2])))
    with pytest.raises(SelectionError, match=r"suite s, grid 3: two device files describe"):
        suite_plan(registry, Suite(name="s", title="", grid=tuple(grids)))


@pytest.mark.parametrize("name", ["my array.toml", "my=array.toml", "one,two.toml", "[1].toml"])
def test_a_path_that_no_selection_can_hold_is_refused_as_such(registry: Registry, written: Written, name: str) -> None:
    with pytest.raises(SelectionError, match=r"the path of a device file must be without spaces, commas, brackets"):
        select(registry, "device", [written(name=name)])
    with pytest.raises(SelectionError, match=r"cannot read '.*': write name\[key=value,\.\.\.\]"):
        select(registry, "device", [f"{written()}[tau=1][tau=2]"])


def test_the_identity_rests_on_what_the_file_says_not_on_where_it_is(registry: Registry, written: Written) -> None:
    def of(*change: str, name: str = "d.toml") -> str:
        (cell,) = cells(registry, written(*change, name=name))
        return identity(cell, registry)

    same = of()
    assert of(name="other.toml") == same
    assert of("anything", "something") == same
    assert of("0.7", "0.70") == same
    (plain,) = cells(registry, "softbounds[tau=0.7,mult_noise=true]")
    assert len({same, of("0.7", "0.8"), of("my-array", "your-array"), identity(plain, registry)}) == 4


def test_a_cell_survives_as_json_and_others_look_as_before(registry: Registry, written: Written) -> None:
    described, named = cells(registry, written(), "softbounds")
    assert Cell.model_validate_json(described.model_dump_json()) == described
    assert "alias" not in named.model_dump_json()
    assert json.loads(Part(name="x").model_dump_json()) == {"name": "x", "params": {}}


def test_described_and_named_devices_share_a_job(registry: Registry, written: Written) -> None:
    found = cells(registry, written(), "softbounds[mult_noise=true]")
    assert [len(job.cells) for job in pack(found, registry, 8)] == [2]


def test_commands_that_run_it_again_name_the_file(registry: Registry, written: Written) -> None:
    found = cells(registry, f"{written(name='my-array.toml')}[mode=expected]")
    (command,) = commands(found, registry, Path("results"))
    assert "'my-array.toml[mode=expected]'" in command
    (again,) = cells(registry, "my-array.toml[mode=expected]")
    assert identity(again, registry) == identity(found[0], registry)


def test_arrays_are_tables(registry: Registry, written: Written) -> None:
    name = written("tau = 0.7\nmult_noise = true", "up = [2, 1.0, 0]\ndown = [0, 1, 2]")
    Path(name).write_text(Path(name).read_text().replace("softbounds", "piecewise-step"))
    (part,) = select(registry, "device", [name])
    assert part.params["up"] == "2.0 1.0 0.0"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("0.7", "-1", "line 6, parameters.tau: softbounds: tau=-1 should be greater than 0"),
        ("tau", "tua", "line 6, parameters.tua: unknown parameter of softbounds 'tua'; did you mean 'tau'?"),
        ("0.7", "[[1]]", "line 6, parameters.tau: should be a finite number, a text, true, false or an array"),
        ("0.7", "nan", "line 6, parameters.tau: should be a finite number"),
        ("true", '"often"', "line 7, parameters.mult_noise: softbounds: mult_noise=often should be a valid boolean"),
        ("schema_version = 1", "schema_version = 2", "line 1, schema_version: should be 1, not 2; it needs a newer"),
        ("schema_version = 1\n", "", "line 1: the key 'schema_version' is missing"),
        ("my-array", "my array", "line 2, name: 'my array' should begin with a letter or digit"),
        ("my-array", "digital", "line 2, name: an installed device is called 'digital', too; choose another name"),
        ("softbounds", "softbound", "line 3, device: unknown device 'softbound'; did you mean 'softbounds'?"),
        ("device", "devise", "line 3: unknown key 'devise'; did you mean 'device'?"),
        ("[parameters]", "[parameter]", "line 5: unknown key 'parameter'; did you mean 'parameters'?"),
        ("tau = 0.7", "tau = ", "Invalid value (at line 6, column 7)"),
    ],
)
def test_a_mistake_has_its_line_and_key(registry: Registry, written: Written, old: str, new: str, problem: str) -> None:
    with pytest.raises(SelectionError) as caught:
        select(registry, "device", [written(old, new)])
    assert problem in str(caught.value)
    assert str(caught.value).startswith("device file d.toml")


def test_a_missing_file_and_a_wrong_kind(registry: Registry, written: Written) -> None:
    with pytest.raises(SelectionError, match=r"device file gone.toml: No such file"):
        select(registry, "device", ["gone.toml"])
    with pytest.raises(UnknownNameError, match="unknown algorithm"):
        select(registry, "algorithm", [written()])
    with pytest.raises(UnknownNameError, match="unknown parameter of my-array 'tua'"):
        select(registry, "device", [f"{written()}[tua=1]"])


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(FILE)), text=st.text(max_size=6), cut=st.integers(0, 12))
def test_a_damaged_file_is_refused_in_a_sentence(
    place: int, text: str, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    registry = _registry()
    path = tmp_path_factory.mktemp("d") / "d.toml"
    path.write_text(FILE[:place] + text + FILE[place + cut :], encoding="utf-8", errors="surrogatepass")
    try:
        select(registry, "device", [str(path)])
    except UsageError as error:
        assert str(error)


def _registry(cache: list[Registry] = []) -> Registry:  # noqa: B006 - hypothesis cannot take module fixtures
    if not cache:
        cache.append(load())
    return cache[0]
