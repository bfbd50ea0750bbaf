"""What comes along keeps the contracts that everybody else's plugins are held to."""

from __future__ import annotations

from typing import get_args

import pytest
from analogbench_plugins.algorithms.analog_sgd import AnalogSGD
from analogbench_plugins.algorithms.sgd import SGD
from analogbench_plugins.algorithms.tiki_taka import TikiTaka
from analogbench_plugins.devices.digital import Digital
from analogbench_plugins.devices.ideal import IdealSoftBounds
from analogbench_plugins.devices.piecewise import PiecewiseStep
from analogbench_plugins.devices.pulsed import ConstantStep, ExpStep, LinearStep, PowStep, SoftBounds
from analogbench_plugins.tasks.cifar10 import ResNet18
from analogbench_plugins.tasks.mnist import MnistCnn, MnistFcn
from analogbench_plugins.tasks.synthetic import LeastSquares

from analogbench.registry import load
from analogbench.testing import AlgorithmContract, DeviceContract, TaskContract
from analogbench.testing.runner import verdicts


class TestSGD(AlgorithmContract):
    algorithm = SGD


class TestAnalogSGD(AlgorithmContract):
    algorithm = AnalogSGD


class TestTikiTaka(AlgorithmContract):
    algorithm = TikiTaka


class TestTikiTakaWithAllItHas(AlgorithmContract):
    algorithm = TikiTaka
    params = {"gamma": 0.5, "transfer_every": 2, "n_reads": 3}  # noqa: RUF012 - read only

    @classmethod
    def cases(cls, each: str) -> list[str]:
        references = super().cases("reference")
        return list(references) if each == "reference" else [f"{name} on cpu" for name in references]


class TestDigital(DeviceContract):
    device = Digital


class TestIdealSoftBounds(DeviceContract):
    device = IdealSoftBounds


class TestSoftBounds(DeviceContract):
    device = SoftBounds


class TestSoftBoundsShifted(DeviceContract):
    device = SoftBounds
    params = {"up_down": 0.3}  # noqa: RUF012 - read only


class TestLinearStep(DeviceContract):
    device = LinearStep
    params = {"gamma_up": 0.4, "gamma_down": 0.7, "up_down": -0.1}  # noqa: RUF012 - read only


class TestConstantStep(DeviceContract):
    device = ConstantStep


class TestExpStep(DeviceContract):
    device = ExpStep


class TestPowStep(DeviceContract):
    device = PowStep
    params = {"pow_gamma": 1.6, "pow_up_down": 0.2}  # noqa: RUF012 - read only


class TestPiecewiseStep(DeviceContract):
    device = PiecewiseStep


class TestPiecewiseStepOfTables(DeviceContract):
    device = PiecewiseStep
    params = {"up": "1.8 1.5 1.25 0.5 0.1", "down": "0 0.5 0.8 1.1 1.9", "up_down": -0.1}  # noqa: RUF012 - read only


class TestSoftBoundsInExpectation(DeviceContract):
    device = SoftBounds
    params = {"mode": "expected"}  # noqa: RUF012 - read only


class TestLeastSquares(TaskContract):
    task = LeastSquares


class TestLeastSquaresInRows(TaskContract):
    task = LeastSquares
    params = {"layout": "rows", "sigma": 0.0, "offset": 0.1, "steps": 150}  # noqa: RUF012 - read only


class TestMnistFcn(TaskContract):
    task = MnistFcn


class TestMnistCnn(TaskContract):
    task = MnistCnn


class TestCifar10ResNet18(TaskContract):
    task = ResNet18


@pytest.mark.parametrize("subtract", [False, True])
def test_a_reference_moves_the_curve_of_soft_bounds(subtract: bool) -> None:
    """Not within its bounds: AIHWKIT programs between them without the reference, but pulses with it."""
    params = {"up_down": 0.1, "reference_mean": 0.02, "subtract_symmetry_point": subtract}
    suite = type("Suite", (DeviceContract,), {"device": SoftBounds, "params": params})
    suite().test_responses("cpu")
    suite().test_symmetric_point()


@pytest.mark.parametrize("name", [name for name in load().devices if name.startswith("aihwkit-")])
def test_devices_of_aihwkit(name: str) -> None:
    pytest.importorskip("aihwkit", reason="AIHWKIT has wheels for Linux on x86-64 only")
    suite = type("Suite", (DeviceContract,), {"device": load().device(name).value})
    assert [verdict for verdict in verdicts(suite) if verdict.state == "failed"] == []


def test_everything_that_comes_along_says_where_it_is_from_and_in_which_units() -> None:
    registry = load()
    kinds = (registry.algorithms, registry.devices, registry.tasks)
    own = [entry for table in kinds for entry in table.values() if entry.distribution == "analogbench"]
    assert [entry.name for entry in own if not entry.value.source] == []
    fields = {f"{e.name}.{name}": field for e in own for name, field in e.value.Params.model_fields.items()}
    numbers = {n: f for n, f in fields.items() if {int, float} & {f.annotation, *get_args(f.annotation)}}
    assert len(numbers) > 100
    assert [name for name, field in numbers.items() if not dict(field.json_schema_extra or {}).get("unit")] == []
