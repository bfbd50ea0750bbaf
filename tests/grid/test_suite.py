"""Suites."""

from pathlib import Path

import pytest

from analogbench.errors import SelectionError, UnknownNameError
from analogbench.grid import suite_file
from analogbench.grid.suite import Grid, Suite, check_name, find_suite, load_suite, suite_plan
from analogbench.grid.toml_lines import lines_of
from analogbench.registry import Registry


def _suite(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


def test_a_suite_is_the_union_of_its_grids(registry: Registry) -> None:
    suite = find_suite(registry, "figure-1")
    assert (suite.name, suite.title, suite.seeds, suite.figure[0].over) == (
        "figure-1",
        "Figure 1",
        (0, 1),
        "device.tau",
    )
    found = suite_plan(registry, suite)
    assert len(found.cells) == 4  # the second grid adds nothing
    assert {(c.device.params["tau"], c.seed, c.budget) for c in found.cells} == {
        (tau, seed, "smoke") for tau in (1.0, 2.0) for seed in (0, 1)
    }
    assert {(c.seed, c.budget) for c in suite_plan(registry, suite, seeds=[7], budget="paper").cells} == {(7, "paper")}


def test_a_suite_can_be_a_file(registry: Registry, tmp_path: Path) -> None:
    path = _suite(tmp_path, 'title = "Mine"\nseeds = "3-4"\n[[grid]]\n')
    suite = find_suite(registry, str(path))
    assert (suite.seeds, suite.budget, suite.path) == ((3, 4), "quick", path)
    found = suite_plan(registry, suite)
    assert found.unfit == ("half × numbers", "half-exact × soft")


def test_an_unknown_suite_gets_a_suggestion(registry: Registry) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'figure-1'"):
        find_suite(registry, "figure1")


START = "title = 't'\n[[grid]]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", ": Invalid value (at end of document)"),
        ("title = 't'\n\nx = [1 2]", ": Unclosed array (at line 3, column 8)"),
        ("[[grid]]", ", line 1: the key 'title' is missing"),
        ("title = 't'", ", line 1: the key 'grid' is missing"),
        (
            "titel = 't'\n[[grid]]\n[[figure]]\n",
            ", line 1: the key 'title' is missing; line 1: unknown key 'titel'; did you mean 'title'? (choose from: "
            "bench, budget, choices, data, description, figure, findings, grid, published, seeds, series, source, "
            "title); line 3, figure 1: the key 'kind' is missing; line 3, figure 1: the key 'name' is missing",
        ),
        ("title = 3\n[[grid]]", ", line 1, title: 3 should be a quoted text"),
        ("title = 't'\ngrid = []", ", line 2, grid: must not be empty"),
        ("title = 't'\n[grid]", ", line 2, grid: should be an array of tables: write [[grid]], not [grid]"),
        ("title = 't'\ngrid = ['sgd']", ", line 2, grid: 'sgd' should be a table"),
        (
            "title = 't'\n[[grid]]\n[[grid]]\nalgoritms = ['a']\n",
            ", line 4, grid 2: unknown key 'algoritms'; did you mean 'algorithms'? (choose from: algorithms, devices, "
            "tasks)",
        ),
        (f"{START}devices = 'soft'", ", line 3, grid 1, devices: 'soft' should be an array, in brackets"),
        (
            f"{START}devices = [\n'soft',\n{{a = 1}},\n3]",
            ", line 5, grid 1, devices 2: a table should be a quoted text; "
            "line 6, grid 1, devices: 3 should be a quoted text",
        ),
        ("title = 't'\nbudget = 'big'\n[[grid]]", ", line 2, budget: 'big' should be 'smoke', 'quick' or 'paper'"),
        (
            "title = 't'\nseeds = 0\n[[grid]]",
            ", line 2, seeds: cannot read the seeds '0': write a number of seeds, or a list such as 0,3,7 or 3-5",
        ),
        *(
            (
                f"title = 't'\nseeds = {given}\n[[grid]]",
                f', line 2, seeds: {given} should be a number of seeds, a text such as "0-4" or an array',
            )
            for given in ("true", "1.5")
        ),
        ("title = 't'\nseeds = [\n0,\ntrue]\n[[grid]]", ", line 4, seeds: true should be an integer"),
        ("title = 't'\nseeds = [\n0,\n-1]\n[[grid]]", ", line 4, seeds: -1 should be greater than or equal to 0"),
        ("title = 't'\nname = 'other'\n[[grid]]", ", line 2, name: the file's name is the suite's name; leave it out"),
        (
            f"{START}[[series]]\nlabel = 'a'\nwhere = {{ 'tau' = 1, 'device.tau' = {{ a = 1 }} }}",
            ", line 5, series 1, where.tau: 'tau' should be a parameter such as 'device.tau'; or 'algorithm', 'device' "
            "or 'task'; line 5, series 1, where.\"device.tau\": a table should be true or false, an integer, a number, "
            "a quoted text",
        ),
        (
            f"{START}[[series]]\nlabel = 'a'\n[[series]]\nlabel = 'a'",
            ", line 6, series 2, label: 'a' is taken: no two may have the same label",
        ),
        (
            f"{START}[[series]]\nlabel = 'a'\n[[figure]]\nkind = 'curves'\nname = 'f'\nseries = [\n'a',\n'b']",
            ", line 10, figure 1, series: there is no series 'b'; there are: a",
        ),
        (
            f"{START}[[figure]]\nkind = 'curves'\nname = '../f'\nx.limits = [1]\ny.log = 3\nsmooth = nan",
            ", line 5, figure 1, name: '../f' should match pattern '^[a-z0-9][a-z0-9.-]*$'; line 6, figure 1, "
            "x.limits: element 2 is missing; line 7, figure 1, y.log: 3 should be true or false; "
            "line 8, figure 1, smooth: nan should be a finite number",
        ),
        (
            f"{START}[[figure]]\nkind = 'bars'\nname = 'f'\n",
            ", line 3, figure 1: it would show nothing, since there is no [[series]]: add one",
        ),
        (
            f"{START}[[figure]]\nkind = 'bars'\nname = 'f'\nscale = 0\n[[published]]\ntitle='T'\nsource = 's'\n"
            "metric = 'm'\nscale = 0.0\nnumbers = [{ series = 'x', mean = 1 }]",
            ", line 6, figure 1, scale: must not be 0: nothing would be left of the numbers; "
            "line 11, published 1, scale: must not be 0: nothing would be left of the numbers",
        ),
        (
            "title = \"a\\u001Bb\"\ndescription = \"a\\tb\\n\\u0000\"\nchoices = [\n'a',\n' ']\n"
            "findings = ['']\n[[grid]]\n[[series]]\nlabel = \"\\b\"",
            ", line 1, title: the control character '\\x1b' must not be in it; "
            "line 2, description: the control character '\\x00' must not be in it; line 5, choices: must not be empty; "
            "line 6, findings: must not be empty; line 9, series 1, label: the control character '\\x08' must not be "
            "in it",
        ),
        (
            "titel = 1\ntitle = 't'\nbudgett = 1\nx = 1\ny = 1\nz = 1\nw = 1\nv = 1\n[[grid]]",
            ", line 1: unknown key 'titel'; did you mean 'title'? (choose from: bench, budget, choices, data, "
            "description, figure, findings, grid, published, seeds, series, source, title); line 3: unknown key "
            "'budgett'; did you mean 'budget'?; line 4: unknown key 'x'; line 5: unknown key 'y'; line 6: unknown "
            "key 'z'; and 2 more",
        ),
        (
            f"{START}[[figure]]\nkind = 'sweep'\nname = 'f'\nover = 'step'\n",
            ", line 6, figure 1, over: 'step' does not fit the kind 'sweep', which needs a key such as \"task.lr\"",
        ),
        (
            f"{START}[[figure]]\nkind = 'curves'\nname = 'f'\nby.keys = ['task']\nby.labels = {{'device.tau' = 'x'}}",
            ", line 7, figure 1, by.labels.\"device.tau\": 'device.tau' is not among the keys: task",
        ),
        (
            f"{START}[[published]]\ntitle='T'\nsource = 's'\nmetric = 'm'\nnumbers = [\n  {{ series = 'x', mean = 1 }},"
            "\n]",
            ", line 8, published 1, numbers 1, series: there is no series 'x'; there are: none",
        ),
    ],
)
def test_a_wrong_suite_is_refused_in_one_line_with_file_line_and_key(tmp_path: Path, text: str, message: str) -> None:
    path = _suite(tmp_path, text)
    with pytest.raises(SelectionError) as caught:
        load_suite(path)
    assert str(caught.value) == f"suite {path}{message}"


def test_the_text_is_searched_once_for_all_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    monkeypatch.setattr(suite_file, "lines_of", lambda text: searched.append(text) or lines_of(text))
    path = _suite(tmp_path, "".join(f"key{i} = {i}\n" for i in range(500)) + START)
    with pytest.raises(SelectionError, match=r"and 495 more$"):
        load_suite(path)
    assert len(searched) == 1


def test_a_file_must_not_have_the_name_of_an_installed_suite(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "figure-1.toml"
    path.write_text(START)
    with pytest.raises(SelectionError, match="an installed suite of fakes is called 'figure-1', too, and the one's"):
        check_name(registry, find_suite(registry, str(path)))
    check_name(registry, find_suite(registry, str(registry.suite("figure-1").value)))
    check_name(registry, find_suite(registry, "figure-1"))


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match=r"none.toml: No such file"):
        load_suite(tmp_path / "none.toml")
    path = _suite(tmp_path, "")
    path.write_bytes(b"title = 't'\n# \xff")
    with pytest.raises(SelectionError, match=r"mine.toml, line 2: not UTF-8"):
        load_suite(path)
    path.write_text("a = " + "[" * 100_000)
    with pytest.raises(SelectionError, match=r"mine.toml: .*nested"):
        load_suite(path)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("tasks = ['lime']", "line 3, grid 1, tasks", "unknown task 'lime'; did you mean 'line'"),
        (
            "[[grid]]\ndevices = [\n'soft',\n'soft[tua=1]']",
            "line 6, grid 2, devices",
            "unknown parameter of soft 'tua'",
        ),
        ("devices = ['soft[tau=-1]']", "line 3, grid 1, devices", "soft: tau=-1 should be greater than 0"),
        ("algorithms = ['half[beta=']", "line 3, grid 1, algorithms", "cannot read 'half[beta='"),
        ("algorithms = ['half']\ndevices = ['numbers']", "line 2, grid 1", "nothing to run: these do not fit"),
    ],
)
def test_a_wrong_selection_is_told_with_file_line_and_key(
    registry: Registry, tmp_path: Path, text: str, place: str, message: str
) -> None:
    suite = load_suite(_suite(tmp_path, START + text))
    with pytest.raises(SelectionError) as caught:
        suite_plan(registry, suite)
    assert str(caught.value).startswith(f"suite {suite.path}, {place}: {message}")


def test_a_suite_without_a_file_still_names_the_key(registry: Registry) -> None:
    suite = Suite(name="made", title="", grid=(Grid(tasks=("lime",)),))
    with pytest.raises(SelectionError, match=r"^suite made, grid 1, tasks: unknown task 'lime'"):
        suite_plan(registry, suite)
