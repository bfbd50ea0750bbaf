"""Selections: what they stand for, and what is said of wrong ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analogbench.errors import ParameterError, SelectionError, UnknownNameError, UsageError
from analogbench.grid.cell import Part
from analogbench.grid.selection import label_of, parse, select
from analogbench.registry import Registry


def _labels(registry: Registry, kind: str, *texts: str) -> list[str]:
    return [label_of(part, registry) for part in select(registry, kind, texts)]


def test_a_name_stands_for_all_parameters_with_their_defaults(registry: Registry) -> None:
    (part,) = select(registry, "algorithm", ["half"])
    assert part == Part(name="half", params={"lr": None, "beta": 1.0, "every": 1, "mode": "fast"})
    assert isinstance(part.params["beta"], float)  # the plugin wrote 1


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("soft", ["soft"]),
        ("soft[]", ["soft"]),
        ("soft[tau=0.7,0.78,dw_min=1e-3]", ["soft[tau=0.7]", "soft[tau=0.78]"]),
        (" soft [ tau = 2 , 3 ] ", ["soft[tau=2.0]", "soft[tau=3.0]"]),
        ("soft[tau=2,3,dw_min=0.1,0.2]", [f"soft[tau={t},dw_min={d}]" for t in (2.0, 3.0) for d in (0.1, 0.2)]),
        ("soft[tau=2,2.0,1]", ["soft[tau=2.0]", "soft"]),
        ("soft[mode=expected,quiet=true]", ["soft[mode=expected,quiet=True]"]),
        ("soft,numbers", ["soft", "numbers"]),
        ("soft[tau=1,2],numbers,soft", ["soft", "soft[tau=2.0]", "numbers"]),
        ("*", ["numbers", "soft"]),
        ("s?ft[tau=3]", ["soft[tau=3.0]"]),
        ("*[tau=3]", ["soft[tau=3.0]"]),
    ],
)
def test_what_a_selection_stands_for(registry: Registry, text: str, labels: list[str]) -> None:
    assert _labels(registry, "device", text) == labels


def test_no_selection_stands_for_everything_and_options_repeat(registry: Registry) -> None:
    assert _labels(registry, "algorithm") == ["half", "half-exact"]
    assert _labels(registry, "algorithm", "half-exact", "half*[lr=0.1]") == [
        "half-exact",
        "half[lr=0.1]",
        "half-exact[lr=0.1]",
    ]


def test_values_mean_what_the_field_takes(registry: Registry) -> None:
    (part,) = select(registry, "algorithm", ["half[lr=none,mode=none,every=1e3]"])
    assert part.params == {"lr": None, "beta": 1.0, "every": 1000, "mode": "none"}
    assert [p.params["seed"] for p in select(registry, "task", ["line[seed=null,7]"])] == [None, 7]
    assert select(registry, "algorithm", ["half[mode=12]"])[0].params["mode"] == "12"


@pytest.mark.parametrize(
    ("kind", "text", "error", "message"),
    [
        ("device", "soft[tau=-1]", ParameterError, "soft: tau=-1 should be greater than 0"),
        ("device", "soft[tau=true]", ParameterError, "soft: tau=true should be a valid number"),
        ("device", "soft[tau=nan]", ParameterError, "soft: tau=nan should be a finite number"),
        ("device", "soft[mode=x]", ParameterError, "soft: mode=x should be 'pulsed' or 'expected'"),
        ("task", "line[steps=0.5]", ParameterError, "line: steps=0.5 should be a valid integer"),
        ("device", "soft[tua=1]", UnknownNameError, "unknown parameter of soft 'tua'; did you mean 'tau'?"),
        ("device", "sift", UnknownNameError, "unknown device 'sift'; did you mean 'soft'?"),
        ("device", "x*", UnknownNameError, "unknown device 'x*'; choose from: numbers, soft"),
        ("device", "soft[tau=1", SelectionError, "cannot read 'soft[tau=1': a closing bracket is missing"),
        ("device", "soft]", SelectionError, "the brackets do not match"),
        ("device", "soft[[tau=1]]", SelectionError, "the brackets do not match"),
        ("device", "soft[tau=1]x", SelectionError, "write name[key=value,...]"),
        ("device", "soft,,numbers", SelectionError, "cannot read '': write name[key=value,...]"),
        ("device", "tau=1", SelectionError, "cannot read 'tau=1': write name[key=value,...]"),
        ("device", "soft[0.7]", SelectionError, "write key=value or key=value,value, not '0.7'"),
        ("device", "soft[tau=1][tau=2]", SelectionError, "cannot read 'soft[tau=1][tau=2]': write name[key=value,...]"),
        ("device", "*[tua=1]", UnknownNameError, "unknown parameter of * 'tua'; did you mean 'tau'?"),
        ("device", "n*[tau=1]", UnknownNameError, "unknown parameter of n* 'tau'; there is no parameter of n*"),
        ("device", "soft[tau=]", SelectionError, "not 'tau='"),
        ("device", "soft[tau=1,tau=2]", SelectionError, "'tau' is given twice; write tau=value,value"),
    ],
)
def test_what_is_said_of_a_wrong_selection(
    registry: Registry, kind: str, text: str, error: type[UsageError], message: str
) -> None:
    with pytest.raises(error) as caught:
        select(registry, kind, [text])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_label_can_be_selected_again(registry: Registry) -> None:
    parts = select(registry, "algorithm", ["half[lr=none,0.1,mode=slow,beta=0.25]"])
    assert select(registry, "algorithm", [label_of(part, registry) for part in parts]) == parts


def test_the_label_of_a_part_whose_plugin_is_gone_shows_all_parameters(registry: Registry) -> None:
    assert label_of(Part(name="gone", params={"a": 1}), registry) == "gone[a=1]"


@given(st.text(alphabet="ab[]=,* 1", max_size=20))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    try:
        parse([text])
    except SelectionError as error:
        assert "\n" not in str(error)
