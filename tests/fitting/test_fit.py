"""What data were made from is found again: parameters within their intervals, as often as the intervals say."""

import itertools
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from analogbench.fitting.choice import MARGIN, best, fit_all
from analogbench.fitting.estimates import combined, spread_of
from analogbench.fitting.families import Family, families
from analogbench.fitting.findings import Findings, findings
from analogbench.fitting.fit import fit
from analogbench.fitting.measurement import Measurement, Trace

Measure = Callable[..., tuple[object, Measurement]]
FITTED = ("dw_min", "up_down", "dw_min_std", "dw_min_dtod", "up_down_dtod", "w_max_dtod", "w_min_dtod")


def family(device: str, *, additive: bool = False) -> Family:
    return next(one for one in families() if one.device == device and one.additive == additive)


def within(found: Findings, name: str, value: float, slack: float = 0.0) -> bool:
    one = found.estimates[name]
    extra = slack * (one.high - one.low)
    return one.low - extra <= value <= one.high + extra


@pytest.mark.parametrize("additive", [False, True], ids=["relative", "additive"])
def test_intervals_hold_the_truth_as_often_as_they_say(measure: Measure, additive: bool) -> None:
    runs, hits = 30, Counter[str]()
    for seed in range(runs):
        truth, measurement = measure(seed, additive=additive)
        found = findings(fit(measurement, family("softbounds", additive=additive)))
        hits.update(name for name in FITTED if within(found, name, getattr(truth, name)))
        noise = found.read_noise.times(found.per_weight)  # as a conductance: how long a weight is, is another question
        hits["read_noise"] += noise.low <= truth.read_noise * 20.0 <= noise.high
        hits["low"] += found.low.low <= 10.0 <= found.low.high
        hits["high"] += found.high.low <= 50.0 <= found.high.high
    # 95 % of 30 are 28.5; fewer than 24 have a probability of 3e-4
    assert {name: count for name, count in hits.items() if count < 24} == {}
    assert len(hits) == len(FITTED) + 3
    assert sum(hits.values()) < runs * len(hits), "intervals that never miss are too wide"


KNOWN = {
    "constant-step": {},
    "softbounds": {},
    "linear-step": {"gamma_up": 0.6, "gamma_down": 0.3},
    "pow-step": {"pow_gamma": 1.6, "pow_up_down": 0.5},
    "exp-step": {"A_up": 0.03, "A_down": 0.03, "gamma_up": 3.0, "gamma_down": 3.0},
}


@pytest.mark.parametrize("kind", KNOWN)
def test_each_family_is_recognised_and_found_again(measure: Measure, kind: str) -> None:
    truth, measurement = measure(3, kind=kind, pulses=150)
    chosen = best(fit_all(measurement, [family(name) for name in KNOWN]))
    assert chosen.family.device == kind
    found = findings(chosen)
    for name in FITTED:
        assert within(found, name, getattr(truth, name), slack=0.25), name
    for name, value in KNOWN[kind].items():
        assert within(found, name, value, slack=0.25), name
    assert abs(chosen.autocorrelation) < 0.06
    z = np.concatenate(chosen.standardised)
    assert np.nanstd(z) == pytest.approx(1.0, abs=0.05)


def test_a_table_follows_a_curve_that_no_formula_has(measure: Measure) -> None:
    _, measurement = measure(1, kind="pow-step", pulses=150, dw_min_std=0.1, read_noise=0.003)
    fitted = fit(measurement, next(f for f in families() if f.points == 9))
    grid = np.linspace(-0.85, 0.85, 18)
    for unit in fitted.optimum.units:
        curves = fitted.family.curves(unit, fitted.optimum.shared[2:])
        there = [np.interp(grid, np.linspace(unit[3], unit[2], 9), curve) for curve in curves]
        assert np.corrcoef(there[0], (unit[2] - grid) ** 1.6)[0, 1] > 0.98
        assert np.corrcoef(there[1], (grid - unit[3]) ** 0.8)[0, 1] > 0.98
        for curve in fitted.family.curves(unit, fitted.optimum.shared[2:]):
            assert curve.max() < 4 * curve[4], "where there are no reads a table goes straight on"


def test_reads_may_be_missing_or_rare(measure: Measure) -> None:
    truth, measurement = measure(5, devices=8)
    random = np.random.default_rng(0)

    def thinned(trace: Trace) -> Trace:
        kept = np.sort(np.concatenate([[0], np.arange(5, len(trace.pulses), 5)]))
        sums = np.array([0, *(trace.pulses[a + 1 : b + 1].sum() for a, b in itertools.pairwise(kept))])
        reads = trace.conductance[kept]
        reads[1:][random.random(len(kept) - 1) < 0.2] = np.nan
        return Trace(reads, sums)

    rare = Measurement({name: [thinned(t) for t in traces] for name, traces in measurement.devices.items()})
    found = findings(fit(rare, family("softbounds")))
    assert all(within(found, name, getattr(truth, name), slack=0.25) for name in FITTED)


def test_a_given_range_is_kept_and_bounds_are_not_fitted(measure: Measure) -> None:
    _, measurement = measure(0, w_max_dtod=0.0, w_min_dtod=0.0)
    fitted = fit(measurement, family("softbounds"), (10.0, 50.0))
    found = findings(fitted, tau=0.6)
    assert fitted.range == (10.0, 50.0)
    assert fitted.optimum.units[:, 2:].tolist() == [[1.0, -1.0]] * 6
    assert found.parameters["tau"] == 0.6
    assert found.estimates["dw_min"].low < 0.6 * 0.03 < found.estimates["dw_min"].high
    assert found.parameters["w_max_dtod"] == 0.0


def test_of_one_device_nothing_is_said_of_spreads(measure: Measure) -> None:
    _, measurement = measure(0, devices=1)
    found = findings(fit(measurement, family("softbounds")))
    assert found.parameters["dw_min_dtod"] == 0.0
    assert np.isnan(found.estimates["dw_min_dtod"].low)
    assert found.estimates["dw_min"].low < found.estimates["dw_min"].value < found.estimates["dw_min"].high


def test_the_symmetric_point_is_where_the_curves_cross(measure: Measure) -> None:
    _, measurement = measure(2, devices=10)
    found = findings(fit(measurement, family("softbounds")))
    known = 0.15 / (2 - 0.15)  # up_down/(2 − up_down) of soft bounds at ±1
    assert found.symmetric_point.low < known < found.symmetric_point.high
    at = found.conductance(found.symmetric_point).value
    assert at == pytest.approx(30 + 20 * found.symmetric_point.value, abs=1.5)


def test_the_fit_does_not_depend_on_the_unit(measure: Measure) -> None:
    _, measurement = measure(4)
    scaled = {
        name: [Trace(1e-6 * (trace.conductance + 3.0), trace.pulses) for trace in traces]
        for name, traces in measurement.devices.items()
    }
    fits = [fit(m, family("softbounds")) for m in (measurement, Measurement(scaled))]
    one, other = (findings(f) for f in fits)
    for name in FITTED:
        assert other.parameters[name] == pytest.approx(one.parameters[name], rel=1e-3)
    assert other.low.value == pytest.approx(1e-6 * (one.low.value + 3.0), rel=1e-3)


def test_the_simplest_family_within_the_margin_is_chosen(measure: Measure) -> None:
    _, measurement = measure(0, kind="constant-step")
    fits = fit_all(measurement, [family("linear-step"), family("constant-step")])
    assert abs(fits[0].aicc - fits[1].aicc) < MARGIN
    assert best(fits).family.device == "constant-step"


def test_estimates_of_known_samples() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])  # variance 5/3
    spread = spread_of(values, np.full(4, 2 / 3))
    assert spread.value == pytest.approx(1.0)
    assert spread.low == pytest.approx(0.0)  # 5/9.348 − 2/3 < 0; χ² of 3 degrees, 97.5 %: 9.348
    assert spread.high == pytest.approx((5 / 0.21580 - 2 / 3) ** 0.5, rel=1e-3)
    assert combined(0.0, 1.0, 5, 0.0).high == pytest.approx(2.776, abs=1e-3)  # Student's t, 4 degrees
    assert combined(0.0, 0.0, 5, 1.0).high == pytest.approx(1.960, abs=1e-3)
