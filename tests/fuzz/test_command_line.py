"""Whatever is typed: one line and exit code 2, or what was asked for; never a traceback, never 0 for what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

Said = Callable[[Sequence[str]], tuple[int, str, str]]

FUZZ = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

WORDS = st.sampled_from(
    [
        *(
            "run",
            "report",
            "compare",
            "status",
            "merge",
            "suite",
            "list",
            "show",
            "plugins",
            "data",
            "device",
            "fit",
            "bench",
            "path",
            "half",
            "soft",
            "line",
            "-a",
        ),
        *("-d", "-t", "--seeds", "--budget", "--all", "--dry-run", "--results", "figure-1", "smoke", "0-2", "3", "-1"),
        *("half[beta=1,2]", "half[", "soft[tau=nan]", "*", "[]", "=", ",", "--debug", "--", "-h", "--workers", "1e9"),
        *("--timeout", "--retry", "--memory", "8G", "10m", "--threads", "--stack", "--force", "--no-report", ""),
    ]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
"""No argument of a program can hold a zero byte."""

NAMES = st.text(st.characters(categories=["Ll", "Nd"]), min_size=1, max_size=8).map("zz".__add__)
"""Names of nothing."""


def harmless(args: Sequence[str]) -> list[str]:
    """The same words as a command that neither trains nor downloads."""
    trains = {"run", "bench", "fetch", "doctor"} & set(args)
    return ["run", "--dry-run", *(word for word in args if word not in trains)] if trains else list(args)


@FUZZ
@given(st.lists(st.one_of(WORDS, TEXT), max_size=8))
@example(["run", "-a", "half[beta=1e400]"])
def test_any_words(said: Said, args: list[str]) -> None:
    code, _, err = said(harmless(args))
    assert code in {0, 1, 2}
    assert "Traceback" not in err
    if code == 2:
        assert err.strip()


WRONG = {
    "--seeds": ["", "a", "-1", "3-1", "1.5", "0,,1", "1e3", "0-", "99999999999999999999999"],
    "--budget": ["", "long", "SMOKE"],
    "--workers": ["0", "-1", "a", "1.5", "100000"],
    "--threads": ["0", "x", "100000"],
    "--stack": ["0", "x"],
    "--memory": ["", "8X", "-1", "0", "nan", "1e9"],
    "--timeout": ["", "x", "-1", "0", "nan", "1y"],
    "--worker-memory": ["", "x", "0"],
    "--retry": ["", "ok", "everything", "oom,"],
    "--retries": ["-1", "x"],
    "--checkpoint-every": ["", "x", "-1", "nan"],
    "--target": ["", "tpu"],
    "-a": [
        "",
        "half[",
        "half]",
        "half[beta]",
        "half[beta=]",
        "half[beta=0]",
        "half[beta=nan]",
        "half[gamma=1]",
        "soft",
    ],
    "-d": ["", "soft[tau=-1]", "soft[mode=loud]", "soft[quiet=2]", "half"],
    "-t": ["", "line[steps=0]", "line[steps=1.5]", "line[seed=x]", "soft"],
}


@pytest.mark.parametrize("option", WRONG)
def test_every_wrong_value_is_refused_in_one_line_that_names_it(said: Said, option: str) -> None:
    for value in WRONG[option]:
        code, _, err = said(["run", "--dry-run", "-a", "half", "-d", "soft", "-t", "line", option, value])
        assert code == 2, (option, value)
        assert "Traceback" not in err
        lines = err.strip().splitlines()
        assert lines[-1].startswith(("analogbench: ", "Error: ")), (option, value, err)


@FUZZ
@given(kind=st.sampled_from(["-a", "-d", "-t"]), name=NAMES, params=st.sampled_from(["", "[tau=1]", "[x=1,2]"]))
def test_names_of_nothing_are_refused(said: Said, kind: str, name: str, params: str) -> None:
    code, _, err = said(["run", "--dry-run", kind, name + params])
    assert code == 2
    assert name in err


@FUZZ
@given(text=st.one_of(TEXT, NAMES, TEXT.map("{}.py".format), TEXT.map("~{}/".format), st.just("x" * 5000)))
@example("")
@example(".")
@example("~nobody-here/mine.py")
@example("0,1")
@example("zz[a=1,b=2],zz")
def test_what_is_no_plugin_is_refused(said: Said, text: str) -> None:
    assume(not set(text) & set("*?"))  # a glob stands for what there is
    for args in (["check", "--", text], ["list", f"--plugin={text}"], ["new", "task", "--", f"{text}."]):
        code, _, err = said(args)
        assert code == 2, args
        assert "Traceback" not in err
        assert err.strip()


@FUZZ
@given(NAMES)
def test_unknown_commands_options_and_suites_are_refused(said: Said, name: str) -> None:
    for args in ([name], ["run", f"--{name}"], ["run", name, "--dry-run"], ["suite", "show", name], ["show", name]):
        code, _, err = said(args)
        assert code == 2
        assert name in err
