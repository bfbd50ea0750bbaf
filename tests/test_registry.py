"""The registry: everything has an origin, and a broken plugin breaks nothing but itself."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from analogbench.errors import UnknownNameError
from analogbench.registry import PluginInfo, Registry, load

Install = Callable[..., Path]

GOOD = """
from analogbench.api import Device, hookimpl
class Good(Device):
    name = "good"
    def build_tile(self, shape, context): ...
@hookimpl
def analogbench_devices():
    return [Good]
"""
API = "from analogbench.api import *\nfrom analogbench.api import hookimpl\nfrom pathlib import Path\n"


def _hook(kind: str, returned: str) -> str:
    return f"{API}{GOOD}@hookimpl\ndef analogbench_{kind}s():\n    return {returned}\n"


def _device(body: str) -> str:
    lines = ["def build_tile(self, shape, context): ...", *body.split("; ")]
    return f"{API}class Bad(Device):\n" + "".join(f"    {x}\n" for x in lines) + "\n" + _returning("device", "[Bad]")


def _returning(kind: str, returned: str) -> str:
    return f"@hookimpl\ndef analogbench_{kind}s():\n    return {returned}\n"


BROKEN = {
    "import": ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
    "exits": ("import sys; sys.exit('bye')", "SystemExit: bye"),
    "syntax": ("def", "SyntaxError: invalid syntax"),
    "silent": ("def analogbench_devices(): return []", "PluginError: implements no hook; is @hookimpl missing?"),
    "misspelt": (GOOD.replace("analogbench_devices", "analogbench_device"), "unknown hook 'analogbench_device'"),
    "argument": (
        f"{GOOD}\n@hookimpl\ndef analogbench_cell_finished(record, nonsense): ...",
        "PluginValidationError: Plugin",
    ),
    "raises": (f"{API}{_returning('device', '1 / 0')}", "ZeroDivisionError: division by zero"),
    "two-lines": (f"{API}raise ValueError('a\\nb')", "ValueError: a b"),
    "no-list": (f"{API}{_returning('device', 'Device')}", "must return a list or tuple, not Device"),
    "a-text": (f"{API}{_returning('device', repr('abc'))}", "must return a list or tuple, not 'abc'"),
    "stranger": (f"{API}{_returning('device', '[Task]')}", "must return subclasses of Device, not Task"),
    "instance": (f"{API}{_returning('device', '[3]')}", "must return subclasses of Device, not 3"),
    "abstract": (f"{API}{_returning('device', '[Device]')}", "device Device does not define build_tile"),
    "nameless": (_device("pass"), "device Bad needs a name in kebab-case, such as 'tiki-taka', not None"),
    "snake": (_device("name = 'a_b'"), "needs a name in kebab-case, such as 'tiki-taka', not 'a_b'"),
    "no-params": (
        _device("name = 'bad'; Params = dict"),
        "Params of device Bad must be a subclass of Params, not dict",
    ),
    "required": (
        f"{API}class P(Params):\n    tau: float\n{_device('name = chr(97); Params = P')}",
        "Params of device Bad: tau must have a default",
    ),
    "default": (
        f"{API}class P(Params):\n    tau: float = param(-1, 'range', gt=0)\n{_device('name = chr(97); Params = P')}",
        "Params of device Bad has a wrong default: tau=-1 should be greater than 0",
    ),
    "table": (
        f"{API}class P(Params):\n    table: list[int] = param([1], 'x')\n{_device('name = chr(97); Params = P')}",
        "table must be a number, a text, true, false or none",
    ),
    "metric": (
        f"{API}class T(Task):\n    name = 't'\n    data = loss = model = protocol = None\n{_returning('task', '[T]')}",
        "task T must declare `metric`, a Metric",
    ),
    "suite": (f"{API}{_returning('suite', '[Path(chr(47)) / chr(97)]')}", "the suite /a does not exist"),
    "path": (f"{API}{_returning('suite', '[chr(97)]')}", "must return pathlib.Path objects, not 'a'"),
    "newer": (
        f"ANALOGBENCH_API = '>=2'\n{GOOD}",
        "written for version '>=2' of analogbench's interfaces, but this is 1.3",
    ),
    "no-version": (f"ANALOGBENCH_API = 'new'\n{GOOD}", "InvalidSpecifier: Invalid specifier: 'new'"),
    "number": (f"ANALOGBENCH_API = 1\n{GOOD}", "ANALOGBENCH_API must be a string such as '>=1,<2', not 1"),
    "twice": (_hook("device", "[Good, Good]").replace(GOOD, GOOD.partition("@")[0]), "provides device good twice"),
}


def _state(registry: Registry, name: str) -> PluginInfo:
    (info,) = [plugin for plugin in registry.plugins if plugin.name == name]
    return info


def test_a_plugin_of_which_nothing_can_be_used_here(install: Install) -> None:
    needy = "    @classmethod\n    def unavailable(cls): return 'no kit; get one'\n"
    install("aaa", {"needy": GOOD.replace("    def build_tile", f"{needy}    def build_tile")})
    registry = load()
    info = _state(registry, "needy")
    assert (info.state, info.reason) == ("unavailable", "no kit; get one")
    assert info.provides == ("device good",)
    assert "good" in registry.devices, "its cells say why they are skipped"
    install(
        "bbb",
        {
            "wrong": GOOD.replace(
                "    def build_tile", "    unavailable = classmethod(lambda cls: 1)\n    def build_tile"
            ).replace("good", "wrong")
        },
    )
    info = _state(load(), "wrong")
    assert (info.state, info.reason) == (
        "quarantined",
        "PluginError: device wrong: unavailable() must return a string, not 1",
    )


def test_everything_knows_where_it_came_from(registry: Registry, fakes: Path) -> None:
    soft = registry.device("soft")
    assert (soft.name, soft.plugin, soft.distribution, soft.version) == ("soft", "arrays", "fakes", "1.5")
    assert soft.value.__name__ == "Soft"
    assert registry.suite("figure-1").value == fakes / "figure-1.toml"
    assert list(registry.algorithms) == ["half", "half-exact"]
    assert registry.task("line").value.metric.key == "loss"
    info = _state(registry, "learning")
    assert (info.module, info.state, info.reason) == ("fakes_learning", "ok", "")
    assert sorted(info.provides) == ["hook cell-finished", "suite figure-1", "task line"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_quarantined_alone(install: Install, name: str) -> None:
    source, reason = BROKEN[name]
    install("aaa", {name: source})
    install("zzz", {"fine": GOOD})
    registry = load()
    info = _state(registry, name)
    assert info.state == "quarantined"
    assert reason in info.reason
    assert "\n" not in info.reason
    assert info.provides == ()
    assert not registry.manager.has_plugin(name)
    modules = {i.plugin.__name__ for h in vars(registry.manager.hook).values() for i in h.get_hookimpls()}
    assert modules == {"zzz_fine"}
    assert _state(registry, "fine").provides == ("device good",)
    assert registry.device("good").distribution == "zzz"


def test_a_plugin_name_used_twice_quarantines_both_and_names_them(install: Install) -> None:
    install("aaa", {"mine": GOOD})
    install("bbb", {"mine": GOOD})
    registry = load()
    assert [plugin.state for plugin in registry.plugins] == ["quarantined", "quarantined"]
    for plugin in registry.plugins:
        assert "2 plugins are named 'mine': aaa_mine (aaa), bbb_mine (bbb)" in plugin.reason
    assert not registry.devices


def test_nobody_can_knock_out_a_plugin_of_the_harness_by_its_name(install: Install) -> None:
    install("aaa", {"mine": GOOD.replace("good", "other")})
    install("analogbench", {"mine": GOOD}, version="3.0")
    registry = load()
    assert [(plugin.distribution, plugin.state) for plugin in registry.plugins] == [
        ("analogbench", "ok"),
        ("aaa", "quarantined"),
    ]
    reason = "PluginError: the name 'mine' belongs to analogbench_mine of analogbench 3.0; choose another one"
    assert registry.plugins[1].reason == reason
    assert list(registry.devices) == ["good"]
    assert registry.manager.has_plugin("mine")


def test_what_a_plugin_prints_stays_out_of_stdout(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install("aaa", {"chatty": f"print('hello')\n{GOOD}"})
    assert load().device("good")
    assert capsys.readouterr() == ("", "hello\n")


@pytest.mark.parametrize(("first", "second", "owner"), [("aaa", "bbb", "aaa"), ("aaa", "analogbench", "analogbench")])
def test_a_name_belongs_to_one_plugin_and_the_harness_comes_first(
    install: Install, first: str, second: str, owner: str
) -> None:
    install(first, {"one": GOOD})
    install(second, {"two": GOOD}, version="3.0")
    registry = load()
    assert registry.device("good").distribution == owner
    (loser,) = [plugin for plugin in registry.plugins if plugin.state == "quarantined"]
    assert loser.distribution != owner
    winner = registry.device("good")
    assert loser.reason == f"PluginError: device good belongs to plugin {winner.plugin} of {owner} {winner.version}"


def test_an_entry_point_must_name_a_module(install: Install) -> None:
    site = install("aaa", {"odd": GOOD})
    (site / "aaa-1.0.dist-info" / "entry_points.txt").write_text("[analogbench]\nodd = aaa_odd:Good\n")
    assert _state(load(), "odd").reason == "PluginError: the entry point must name a module, not Good"


def test_plugins_can_be_disabled(fakes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALOGBENCH_DISABLE", "arrays, nothing")
    registry = load()
    assert not registry.devices
    assert (_state(registry, "arrays").state, _state(registry, "rules").state) == ("disabled", "ok")
    assert _state(registry, "nothing").reason == "not installed"
    assert load(disabled=[]).devices


def test_ctrl_c_during_an_import_is_not_swallowed(install: Install) -> None:
    install("aaa", {"slow": "raise KeyboardInterrupt"})
    with pytest.raises(KeyboardInterrupt):
        load()


def test_an_unknown_name_gets_a_suggestion(registry: Registry) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown algorithm 'halv'; did you mean 'half'\?"):
        registry.algorithm("halv")


def test_an_unknown_name_points_at_the_quarantined_plugin(install: Install) -> None:
    install("aaa", {"lost": "1 / 0"})
    with pytest.raises(UnknownNameError, match="its plugin lost is quarantined: ZeroDivisionError: division by zero"):
        load().task("lost")
    with pytest.raises(UnknownNameError, match="not loaded: lost; see `analogbench plugins`"):
        load().task("other")


def test_an_unknown_name_survives_the_way_back_from_a_worker() -> None:
    error = UnknownNameError("task", "mnits", ["mnist"], "a note")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.choices) == (str(error), ["mnist"])


def test_damaged_metadata_do_not_stop_the_others(install: Install) -> None:
    site = install("aaa", {"fine": GOOD})
    (site / "aaa-1.0.dist-info" / "METADATA").write_text("")
    assert load().device("good").distribution == "?"
