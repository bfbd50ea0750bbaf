"""What is measured, and what stands beside it."""

import pytest

from analogbench.errors import SelectionError, UnknownNameError
from tests.bench.conftest import Cases

pytest.importorskip("aihwkit", reason="AIHWKIT is the reference here")


def test_a_case_is_a_cell_whatever_its_seed_beside_its_reference_and_baseline(cases: Cases) -> None:
    found = cases(
        ["sgd", "analog-sgd"],
        ["digital", "softbounds[mode=pulsed,expected]", "aihwkit-softbounds"],
        ["least-squares"],
        reference="aihwkit-softbounds",
        baseline="sgd",
    )
    assert [case.title for case in found] == [
        "sgd × digital",
        "analog-sgd × softbounds",
        "analog-sgd × softbounds[mode=expected]",
        "analog-sgd × aihwkit-softbounds",
    ]
    digital, pulsed, _, kit = found
    assert (pulsed.cell.seed, pulsed.most, pulsed.targets) == (0, None, ("cpu", "cuda"))
    assert pulsed.reference == kit.cell
    assert pulsed.baseline == digital.baseline == digital.cell
    assert digital.reference is None  # digital SGD does not fit an analog device
    assert (kit.reference, kit.is_reference, kit.most) == (None, True, 1)
    assert (pulsed.replicas([1, 8]), kit.replicas([1, 8]), kit.replicas([8])) == ([1, 8], [1], [1])


def test_what_does_not_exist_is_named(cases: Cases) -> None:
    one = (["analog-sgd"], ["softbounds"], ["least-squares"])
    with pytest.raises(UnknownNameError, match="unknown device 'aihwkit-soft'; did you mean"):
        cases(*one, reference="aihwkit-soft")
    with pytest.raises(SelectionError, match=r"the reference 'aihwkit-\*' stands for \d+ devices; name one"):
        cases(*one, reference="aihwkit-*")
    with pytest.raises(UnknownNameError, match="unknown algorithm of the cells 'sgd'; choose from: analog-sgd"):
        cases(*one, baseline="sgd")
