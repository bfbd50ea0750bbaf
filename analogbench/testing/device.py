"""The contract of a device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from analogbench.api.device import Device
from analogbench.testing.described import demand_description
from analogbench.testing.laboratory import ALONE, SEEDS
from analogbench.testing.rules import Contract, NotApplicable, demand, rule

if TYPE_CHECKING:
    from torch import Tensor

    from analogbench.testing.bench import Bench


class DeviceContract(Contract):
    """What every device keeps. A subclass names the device:

        class TestMine(DeviceContract):
            device = Mine

    params: of the device, where its defaults are not what should be tried. What it says of itself, `nominal`,
    `responses` and `bounds`, is what its tiles are held against; a subclass may know it from elsewhere.
    """

    kind = "device"
    device: ClassVar[type[Device]]

    @property
    def nominal(self) -> Device:
        """The device without noise and variation."""
        return self.device(self.device.Params(**{**self.params, **self.device.nominal}))

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor] | None:
        """q₊ and q₋ at `w`; see `Device.responses`."""
        return self.nominal.responses(w)

    def bounds(self) -> tuple[float, float] | None:
        """See `Device.bounds`."""
        return self.nominal.bounds()

    @classmethod
    def cases(cls, each: str) -> Sequence[str]:
        """Of "target": where tiles can be tried here, "cpu" and "cuda"."""
        from analogbench.testing.bench import targets

        return targets(cls.device)

    @rule("device-described")
    def test_described(self) -> None:
        """It says what it is. Source, docstring, parameters."""
        demand_description(self.device, "source")

    @rule("device-products", each="target")
    def test_products(self, target: str) -> None:
        """Forward and backward multiply by the same weights. One of them transposed, both right in the mean."""
        bench = self._bench(SEEDS, target)
        bench.program_spread()
        bench.demand_products()

    @rule("device-updates", each="target")
    def test_updates(self, target: str) -> None:
        """Updates go where they are asked to go. Down for a positive rate, up for a negative one, nowhere for zeros."""
        for share in (0.05, -0.05):
            bench = self._bench(SEEDS, target)
            moved = bench.mean_push(share)
            what = f"x = d = 1 at a rate of {share * bench.least:.3g}"
            demand(share * moved < 0, f"{what} moved the mean weight by {moved:.3g}")
        still = self._bench(SEEDS, target)
        before = still.tile.read()
        still.zeros()
        apart = float((still.tile.read() - before).abs().max())
        demand(apart == 0, f"x = 0 and d = 0 moved a weight by {apart:.3g}")

    @rule("device-responses", each="target")
    def test_responses(self, target: str) -> None:
        """The mean of many updates is what the declared responses say. At five weights, upward and downward."""
        from analogbench.testing.response import compare

        for found in compare(self.nominal, self.responses, self._range(), target):
            demand(found.agrees, str(found))

    @rule("device-bounds", each="target")
    def test_bounds(self, target: str) -> None:
        """Weights stay within their bounds, whatever is programmed or asked for."""
        bench = self._bench(SEEDS, target)
        low, high = bench.limits()
        if not bool((high < 1e5).any()):
            raise NotApplicable("weights have no bounds")
        for sign, limit in ((-1.0, high), (1.0, low)):
            bench.drive(sign)
            beyond = float(((limit - bench.tile.read()) * sign).max())
            demand(
                beyond <= 0.02 * bench.least + 9 * bench.noise,  # of two reads: √2 of one's noise
                f"many pulses drove a weight {beyond:.3g} beyond its bound",
            )
        if (declared := self.bounds()) is not None:
            pair = [float(limit.mean()) for limit in bench.of(self.nominal).limits()]
            apart = max(abs(a - b) for a, b in zip(pair, declared, strict=True))
            demand(
                apart <= 1e-3 * bench.least,
                f"bounds() says {declared}, programmed far beyond them weights are {tuple(pair)}",
            )

    @rule("device-symmetric-point")
    def test_symmetric_point(self) -> None:
        """Up and down pulses in turn lead to the symmetric point. Where up and down responses are equal."""
        from analogbench.testing.response import drifts, symmetric_point

        low, high = self._range()
        point = symmetric_point(self.responses, low, high)
        if point is None:
            raise NotApplicable("the declared responses cross nowhere within the bounds")
        for start, drift, error in drifts(self.nominal, point, high - low):
            text = f"from w = {start:.3g}, pulses in turn moved weights by {drift:.3g} ± {error:.2g}"
            still = abs(drift) <= 5 * error + 0.002 * (high - low)
            right = still if start == point else (point - start) * drift > 0
            demand(right, f"{text}; the symmetric point is {point:.3g}")

    @rule("device-instances", each="target")
    def test_instances(self, target: str) -> None:
        """The same seed gives the same array, alone and as one of five. All have parameters of their own."""
        from analogbench.testing.rig import largest_difference

        stacked, again, alone = self._bench(SEEDS, target), self._bench(SEEDS, target), self._bench((ALONE,), target)
        for name in ("bounds", "update") if self.device.reproducible else ("bounds",):
            one, two, three = (bench.trace(name) for bench in (stacked, again, alone))
            apart = largest_difference(one, two)
            demand(apart <= 12 * stacked.noise, f"{name} of two arrays with the same seeds differ by up to {apart:.3g}")
            apart = largest_difference(one[ALONE], three[0])
            demand(
                apart <= 1e-6 + 12 * stacked.noise,
                f"{name} differ by up to {apart:.3g} alone and as one of {len(SEEDS)}",
            )

    @rule("device-restore", each="target")
    def test_restore(self, target: str) -> None:
        """A tile can be saved and restored in mid-run, without a difference.

        Where writing is noisy, or the random numbers are the device's own, weights agree as far as they can.
        """
        from analogbench.testing.rig import largest_difference

        first, second = (self._bench(SEEDS[:2], target) for _ in range(2))
        for bench in (first, second):
            bench.program_spread()
        first.step(3)
        second.restore(first.save())
        for bench in (first, second) if self.device.reproducible else ():
            bench.step(3)
        apart = largest_difference(first.tile.read(), second.tile.read())
        demand(apart <= 8 * first.noise, f"after an interruption weights differ by up to {apart:.3g}")
        told = [bench.tile.pulses.tolist() for bench in (first, second)]
        demand(str(told[0]) == str(told[1]), f"after an interruption pulses are {told[1]} instead of {told[0]}")

    @rule("device-nan", each="target")
    def test_nan(self, target: str) -> None:
        """NaN in one replica does not spread to others."""
        if not self.device.reproducible:
            raise NotApplicable("its random numbers are its own, so that two runs cannot be compared")
        from analogbench.testing.rig import largest_difference

        clean, ill = (self._bench(SEEDS[:3], target) for _ in range(2))
        clean.step(4)
        ill.step(4, spoil=1)
        for replica in (0, 2):
            apart = largest_difference(clean.tile.read()[replica], ill.tile.read()[replica])
            demand(apart == 0, f"NaN in replica 1 moved the weights of replica {replica} by {apart:.3g}")

    @rule("device-pulses", each="target")
    def test_pulses(self, target: str) -> None:
        """Pulses are counted for each replica, or said not to be. Of all weights, never falling; NaN stands for not."""
        bench = self._bench(SEEDS, target)
        start = bench.pulses()
        if bool(start.isnan().all()):
            raise NotApplicable("it says that it does not count pulses")
        demand(bool((start == 0).all()), f"a new tile has spent {start.tolist()} pulses")
        before = bench.tile.read().clone()
        bench.push(1.0)  # half the range: some pulses of every device, of which half of one must be counted or expected
        spent, moved = bench.pulses(), (bench.tile.read() != before).sum((1, 2))
        right = (spent > 0) & (spent >= 0.5 * moved) if self.device.analog else spent == 0
        demand(bool(right.all()), f"an update that moved {moved.tolist()} weights cost {spent.tolist()} pulses")
        bench.push(-0.05)
        demand(bool((bench.pulses() >= spent).all()), "the number of pulses fell")

    def _bench(self, seeds: Sequence[int], target: str) -> Bench:
        from analogbench.testing.bench import Bench

        return Bench(self.device, self.params, seeds, target)

    def _range(self) -> tuple[float, float]:
        """The bounds, or what stands for them."""
        import torch

        if self.responses(torch.zeros(1)) is None:
            raise NotApplicable("the device declares no responses")
        return self.bounds() or (-1.0, 1.0)
