"""The contract of a training rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from analogbench.api.algorithm import Algorithm
from analogbench.grid.plan import why_unfit
from analogbench.testing.described import demand_description
from analogbench.testing.laboratory import ALONE, SEEDS, cells, fitting, laboratory
from analogbench.testing.rules import Contract, NotApplicable, demand, rule

if TYPE_CHECKING:
    from analogbench.registry import Registry
    from analogbench.testing.rig import Rig


class AlgorithmContract(Contract):
    """What every training rule keeps. A subclass names the rule:

        class TestMine(AlgorithmContract):
            algorithm = Mine

    params: of the rule, where its defaults are not what should be tried. learning: of the least-squares problem that it
    has to learn: `epochs` of 32 samples each, and the learning rate `lr`.
    """

    kind = "algorithm"
    algorithm: ClassVar[type[Algorithm]]
    learning: ClassVar[Mapping[str, Any]] = {"epochs": 150, "lr": 0.1}

    @classmethod
    def laboratory(cls) -> Registry:
        """What is installed, with the rule."""
        return laboratory("algorithm", cls.algorithm)

    @classmethod
    def cases(cls, each: str) -> Sequence[str]:
        """Of "reference": the references that the rule fits. Of "place": they and the installed devices of the default
        grid, on CPU and GPU. Of "device": the same without those whose seed does not decide all numbers."""
        from analogbench.testing.bench import targets

        registry = cls.laboratory()
        references = fitting(registry, cls.algorithm.name, references=True)
        if each == "reference":
            return references
        every = [*references, *fitting(registry, cls.algorithm.name, references=False)]
        devices = {name: registry.device(name).value for name in every}
        return [
            f"{name} on {target}"
            for name, device in devices.items()
            for target in targets(device)
            if each == "place" or device.reproducible
        ]

    @rule("algorithm-described")
    def test_described(self) -> None:
        """It says what it is. Formula, source, docstring, parameters."""
        demand_description(self.algorithm, "formula", "source")
        why = why_unfit(self.laboratory(), self.algorithm.name, "contract-analog")
        demand(bool(self.cases("reference")), why or "fits() refuses every device, digital and analog")

    @rule("algorithm-shapes", each="place")
    def test_shapes(self, place: str) -> None:
        """It runs on every device, with one replica and with five. Shapes, types and finite numbers are looked at."""
        from analogbench.testing.rig import BATCH, INPUTS, OUTPUTS, demand_tensor

        for seeds in ((ALONE,), SEEDS):
            rig, r = self._rig(place, seeds), len(seeds)
            for _ in range(3):
                x, d = rig.samples()
                given = x.clone(), d.clone()
                y, back = rig.step(x, d)
                demand_tensor("forward", y, (r, BATCH, OUTPUTS), x.device)
                demand_tensor("backward", back, (r, BATCH, INPUTS), x.device)
                demand(given[0].equal(x) and given[1].equal(d), "it changed the x or d that it was given")
            demand_tensor("weights", rig.weights(), (r, OUTPUTS, INPUTS), x.device)

    @rule("algorithm-exact-access", each="reference")
    def test_exact_access(self, reference: str) -> None:
        """It never uses exact access in training. Forward, backward and update are all that hardware offers."""
        self._rig(reference, SEEDS).run(12)

    @rule("algorithm-same-draws", each="device")
    def test_same_draws(self, device: str) -> None:
        """A replica gets the same numbers alone and as one of five. All have parameters of their own."""
        from analogbench.grid.jobs import Job
        from analogbench.testing.jobs import CLOSE, demand_same, trained

        registry, (name, target) = self.laboratory(), _split(device)
        those = self._cells(registry, name)
        stacked, (alone,) = (trained(Job(tuple(some)), registry, target) for some in (those, [those[ALONE]]))
        demand_same(alone, stacked[ALONE], f"{device}, alone and as one of {len(SEEDS)}", CLOSE[target])

    @rule("algorithm-restore", each="device")
    def test_restore(self, device: str) -> None:
        """It can be interrupted in mid-run and continued, without a difference."""
        from analogbench.grid.jobs import Job
        from analogbench.testing.jobs import continued, demand_same, trained

        registry, (name, target) = self.laboratory(), _split(device)
        job = Job(tuple(self._cells(registry, name)[:2]))
        whole = trained(job, registry, target)
        for one, two in zip(whole, continued(job, registry, 3, target), strict=True):
            demand_same(one, two, f"{device}, without and with an interruption after epoch 3", 0.0)

    @rule("algorithm-weights", each="reference")
    def test_weights(self, reference: str) -> None:
        """The weights that it reports are those that the layer multiplies by."""
        import torch

        from analogbench.testing.rig import INPUTS, OUTPUTS, largest_difference

        rig = self._rig(reference, SEEDS)
        rig.run(4)
        weights = rig.weights()
        forward = rig.layer.matrix.forward(torch.eye(INPUTS).repeat(len(SEEDS), 1, 1)).mT
        backward = rig.layer.matrix.backward(torch.eye(OUTPUTS).repeat(len(SEEDS), 1, 1))
        for name, product in (("forward", forward), ("backward", backward)):
            apart = largest_difference(weights, product)
            demand(apart <= 1e-4, f"on exact arrays, weights() and {name} differ by up to {apart:.3g}")

    @rule("algorithm-pulses", each="reference")
    def test_pulses(self, reference: str) -> None:
        """Pulses are accounted for. What moves the weights is pulsed, and nobody turns back the counter."""
        rig = self._rig(reference, SEEDS)
        if not self.laboratory().device(reference).value.analog:
            raise NotApplicable("digital memory has no pulses")
        before = rig.weights()
        rig.run(12)
        spent, told = rig.spent(), rig.factory.pulses()
        demand(bool((told == spent).all()), f"{spent.tolist()} pulses were spent, {told.tolist()} are told of")
        moved = (rig.weights() - before).abs().amax((1, 2))
        for r, (step, pulses) in enumerate(zip(moved.tolist(), told.tolist(), strict=True)):
            demand(step == 0 or pulses > 0, f"the weights of replica {r} moved by {step:.3g} with {pulses:g} pulses")

    @rule("algorithm-nan", each="device")
    def test_nan(self, device: str) -> None:
        """NaN in one replica does not spread to others."""
        from analogbench.testing.rig import largest_difference

        clean, ill = (self._rig(device, SEEDS[:3]) for _ in range(2))
        for step in range(6):
            x, d = ill.samples()
            if step == 1:
                x[1, 0, 2], d[1, 1, 3] = float("nan"), float("nan")
            clean.step(*clean.samples())
            ill.step(x, d)
        for replica in (0, 2):
            apart = largest_difference(clean.weights()[replica], ill.weights()[replica])
            demand(apart <= 1e-6, f"{device}, NaN in replica 1 moved the weights of replica {replica} by {apart:.3g}")

    @rule("algorithm-learns", each="reference")
    def test_learns(self, reference: str) -> None:
        """It learns least squares on an array without noise."""
        from analogbench.grid.jobs import Job
        from analogbench.testing.jobs import unlearnt
        from analogbench.testing.references import UNTRAINED

        registry = self.laboratory()
        these = self._cells(registry, reference, "contract-least-squares", **self.learning)
        for outcome in unlearnt(Job(tuple(these[:3])), registry, UNTRAINED / 5):
            demand(outcome.status == "ok", f"on {reference}: {outcome.status}, {outcome.reason}")
            what = f"on {reference}, {outcome.steps} steps at rate {self.learning['lr']} took the error"
            best = min(outcome.curve["error"])
            demand(best < UNTRAINED / 5, f"{what} from {UNTRAINED:.3g} to {best:.3g} at best, not to a fifth")

    def _cells(self, registry: Registry, device: str, task: str = "contract-two-layers", **given: Any) -> list[Any]:
        names = {"algorithm": self.algorithm.name, "device": device, "task": task}
        rule_ = self.params if given else {"lr": 0.05, **self.params}  # which `varied` makes different in each replica
        return cells(registry, names, {"algorithm": rule_, "task": given}, SEEDS)  # type: ignore[arg-type]

    def _rig(self, place: str, seeds: Sequence[int]) -> Rig:
        """The rule on a device, given as `name` or `name on target`."""
        import torch

        from analogbench.testing.rig import Rig, stacked

        name, target = _split(place)
        where = torch.device(target)
        device = self.laboratory().device(name).value
        rule_ = self.algorithm(stacked(self.algorithm.Params, self.params, seeds, where))
        return Rig(rule_, device(stacked(device.Params, {}, seeds, where)), seeds, where)


def _split(place: str) -> tuple[str, str]:
    """The device and where it is: "cpu" if the place does not say."""
    name, _, target = place.partition(" on ")
    return name, target or "cpu"
