"""Pulsed updates of a mini-batch."""

from __future__ import annotations

from collections.abc import Sequence

from analogbench_plugins.parity import plots
from analogbench_plugins.parity.families import FAMILIES, MAIN, RATES
from analogbench_plugins.parity.moments import LEAST
from analogbench_plugins.parity.page import Section, Settings
from analogbench_plugins.parity.tables import (
    AGREEMENT_HEAD,
    agreement_numbers,
    agreement_row,
    failures,
    markdown,
)
from analogbench_plugins.parity.updates import ROOM, UpdateResult, compare_all, mean_pulses

TEXT = """ΔW of a mini-batch of ten samples on 6 × 8 crosspoints; one column gets no input, so that 42 move. At the low
rate the strongest crosspoint of a sample wants 0.02 to 0.6 pulses, at the middle one 0.3 to 8, at the high one 3 to 70,
so that trains of 31 slots clip; over the mini-batch a crosspoint gets {low:.1f}, {middle:.1f} and {high:.1f} pulses on
average (soft bounds). Weights start over the whole range, four of them at or near the nominal bounds. Varied:
bounds, steps, up against down, slopes, exponents and references spread by 0.05 to 0.3, cycle-to-cycle noise 0.3. With
write noise, visible and hidden weights are compared together. Further kernels have a quarter of the draws, at least
{least}.

![Mean ΔW of AIHWKIT and ours, varied](update-mean.png)

![Standard deviation of ΔW, varied](update-std.png)

![Quantiles of z, all comparisons of the cpu kernel](update-quantiles.png)

{table}

The `gpu` kernel averages the order of pulses within a chunk of five samples. That cannot be seen at the low rate, nor
at the middle one away from the bounds; it can be seen where a weight may run into a
bound between two pulses, and everywhere at the high rate. This is as designed and no failure. By
how much mean steps differ, in shares of the largest mean step of the array, at all crosspoints and at those that start
more than {room} steps away from their bounds:

{order}

![Difference of mean ΔW by kernel, high rate, varied](update-kernels.png)"""


def updates_section(settings: Settings) -> Section:
    """The section of `updates`."""
    results = compare_all(settings.draws, settings.seed)
    _draw(settings, results)
    labels = [r.label for r in results]
    rows = [[label, *agreement_row(r.agreement, r.by_design)] for label, r in zip(labels, results, strict=True)]
    pulses = {rate: mean_pulses(rate, settings.seed) for rate in RATES}
    table, order = markdown(["comparison", *AGREEMENT_HEAD], rows), _order_table(results)
    text = TEXT.format(table=table, order=order, room=ROOM, least=LEAST, **pulses)
    numbers = [agreement_numbers(label, r.agreement) for label, r in zip(labels, results, strict=True)]
    return Section("Pulsed update", text, numbers, len(results), failures(labels, [r.failed for r in results]))


def _draw(settings: Settings, results: Sequence[UpdateResult]) -> None:
    varied = [r for r in results if r.case in MAIN and r.case.varied and not r.inner]
    main = {(r.case.family, r.case.rate, r.kernel): r.agreement for r in varied}
    panels = {f"{family},\n{rate} rate": main[family, rate, "cpu"] for rate in RATES for family in FAMILIES}
    for moment in ("mean", "std"):
        plots.scatter(settings.out / f"update-{moment}", panels, moment, len(FAMILIES), "of ΔW")
    own = [r for r in results if r.kernel == "cpu"]
    groups = {f"{rate} rate": [r.agreement for r in own if r.case.rate == rate] for rate in RATES}
    plots.quantiles(settings.out / "update-quantiles", groups)
    kernels = ("cpu", "gpu", "reference")
    plots.differences(
        settings.out / "update-kernels",
        {family: {kernel: main[family, "high", kernel] for kernel in kernels} for family in FAMILIES},
    )


def _order_table(results: Sequence[UpdateResult]) -> str:
    matrix = [r for r in results if r.kernel == "gpu" and r.case.rate != "low"]
    rows = []
    for every, inner in zip(matrix[::2], matrix[1::2], strict=True):
        step = abs(every.agreement.kit_mean).max()
        shares = (100 * abs(a.our_mean - a.kit_mean).max() / step for a in (every.agreement, inner.agreement))
        rows.append([every.case.label, f"{step:.4f}", *(f"{share:.2f} %" for share in shares)])
    return markdown(["case", "largest mean step", "largest difference", "away from bounds"], rows)
