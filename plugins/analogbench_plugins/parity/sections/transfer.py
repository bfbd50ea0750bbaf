"""Tiki-Taka."""

from __future__ import annotations

from collections.abc import Sequence

from analogbench_plugins.parity import plots
from analogbench_plugins.parity.page import Section, Settings
from analogbench_plugins.parity.pins import Order, Slope, pin_order, pin_rates
from analogbench_plugins.parity.tables import (
    AGREEMENT_HEAD,
    agreement_numbers,
    agreement_row,
    failures,
    markdown,
    verdict,
)
from analogbench_plugins.parity.transfer import CASES, TransferResult, compare_transfer

TEXT = """AIHWKIT's TransferCompound against the rule `tiki-taka` on two tiles with the compound's crosspoints: change
of the layer's weights (the slow array's, but for gamma) and of the fast array's after some mini-batches; lr 0.1,
fast_lr 0.05. The fast array is read with output noise 0.06; without noise and bound management in AIHWKIT (as its
presets have it; or at its defaults, where said), and with both in ours: for one-hot vectors that is the same.

![Mean change of weights](transfer-mean.png)

![Standard deviation of the change](transfer-std.png)

{weights}

In AIHWKIT 1.1.0 the fast array's rate is fast_lr whatever lr is, and the slow array moves towards +fast at
transfer_lr·lr:

{rates}

Columns of the slow array that change in each mini-batch:

{columns}"""


def transfer_section(settings: Settings) -> Section:
    """The section of `transfer` and `pins`."""
    results = [compare_transfer(case, settings.draws, settings.seed) for case in CASES]
    slopes, orders = pin_rates(settings.draws, settings.seed), pin_order(settings.seed)
    panels = {r.case.label.replace(", ", ",\n", 1): r.agreement for r in results[:3]}
    for moment in ("mean", "std"):
        plots.scatter(settings.out / f"transfer-{moment}", panels, moment, 3, "of change")
    rows = [[r.case.label, *agreement_row(r.agreement)] for r in results]
    table = markdown(["comparison", *AGREEMENT_HEAD], rows)
    text = TEXT.format(weights=table, rates=_slope_table(slopes), columns=_order_table(orders))
    every: list[TransferResult | Slope | Order] = [*results, *slopes, *orders]
    labels = [*(row[0] for row in rows), *(slope.name for slope in slopes), *(order.name for order in orders)]
    failed = failures(labels, [one.failed for one in every])
    return Section("Tiki-Taka", text, _numbers(results, slopes, orders), len(every), failed)


def _slope_table(slopes: Sequence[Slope]) -> str:
    rows = []
    for s in slopes:
        values = [f"{value:.5f} ± {error:.5f}" for value, error in (s.kit, s.ours)]
        rows.append([s.name, f"{s.expected:g}", *values, *(f"{z:.2f}" for z in s.z), verdict(s.failed)])
    return markdown(["rate", "expected", "AIHWKIT", "ours", "z of AIHWKIT", "z of ours", "verdict"], rows)


def _order_table(orders: Sequence[Order]) -> str:
    rows = [[o.name, _columns(o.kit), _columns(o.ours), verdict(o.failed)] for o in orders]
    return markdown(["rule", "AIHWKIT", "ours", "verdict"], rows)


def _columns(order: list[list[int]]) -> str:
    return "; ".join(" ".join(map(str, step)) or "–" for step in order)


def _numbers(results: Sequence[TransferResult], slopes: Sequence[Slope], orders: Sequence[Order]) -> dict[str, object]:
    return {
        "weights": [agreement_numbers(r.case.label, r.agreement) for r in results],
        "rates": [{"rate": s.name, "expected": s.expected, "kit": s.kit, "ours": s.ours} for s in slopes],
        "columns": [{"rule": o.name, "kit": o.kit, "ours": o.ours} for o in orders],
    }
