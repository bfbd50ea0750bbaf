"""Convolutions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analogbench_plugins.parity import plots
from analogbench_plugins.parity.convolutions.counting import Count, count_all
from analogbench_plugins.parity.convolutions.exact import ExactConvolution, compare_exact_all
from analogbench_plugins.parity.convolutions.products import ConvolutionProducts, compare_all_products
from analogbench_plugins.parity.convolutions.transfer import CASES, TransferResult, compare_convolution_transfer
from analogbench_plugins.parity.convolutions.updates import compare_all_updates, pulses_per_crosspoint
from analogbench_plugins.parity.page import Section, Settings
from analogbench_plugins.parity.tables import (
    AGREEMENT_HEAD,
    agreement_numbers,
    agreement_row,
    markdown,
    verdict,
)
from analogbench_plugins.parity.updates import UpdateResult

Random = ConvolutionProducts | UpdateResult | TransferResult

TEXT = """AIHWKIT's AnalogConv2d, trained as its users do (forward, backward, a step of AnalogSGD), against tiles that
get the patches of all images, image by image and row by row, as samples of one matrix product and of one update. So
does `layers.conv2d`. Four smooth images of 2 × 6 × 6, four kernels of 3 × 3. On a CPU AIHWKIT unfolds the images, too;
on CUDA it picks pixels by index, as it also can on a CPU. Neither bias nor learned scale is on the array.

Where nothing is random both must give the same numbers: with exact products and updates; and with pulses of
probability 1, so large that the order of the patches decides where a weight ends. Largest differences of outputs,
gradients of the inputs and steps of the weights; and of the steps, had the patches come in the opposite order:

{exact}

Products through the default converters and noise: one image again and again, its outputs, and the gradients of its
inputs, to which up to nine patches add:

{products}

ΔW of a training step: the errors are outputs minus targets, so that the noise of the products is in them, and samples
overlap. Every variation on; {pulses:.1f} pulses at a crosspoint on average (soft bounds). Kernels and verdicts as in
*Pulsed update*; "AIHWKIT's tile" is its own tile, given the patches from Python:

![Mean ΔW of AIHWKIT and ours, soft bounds](convolution-mean.png)

![Standard deviation of ΔW, soft bounds](convolution-std.png)

{updates}

Tiki-Taka as in the section above, fast_lr 0.02, change of the layer's and of the fast array's weights:

{transfer}

When it transfers. AIHWKIT counts patches. With units_in_mbatch, its default, it transfers at each multiple of
transfer_every times the patches of the *present* mini-batch, and never counts anew: while mini-batches are alike that
is the end of every transfer_every-th one, as in ours, which counts mini-batches. After a smaller one, as the last of
an epoch may be, its transfers come within mini-batches, or in others than ours. Without units_in_mbatch, the default
of its ChoppedTransferCompound, it transfers after every transfer_every *patches*. Patches counted and columns
transferred in each mini-batch, and whether a transfer saw the errors of the last image of all:

{counts}"""


def convolutions_section(settings: Settings) -> Section:
    """The section of `convolutions`."""
    draws, seed = settings.draws, settings.seed
    exact, counts = compare_exact_all(seed), count_all(seed)
    products, updates = compare_all_products(draws, seed), compare_all_updates(draws, seed)
    transfers = [compare_convolution_transfer(case, draws, seed) for case in CASES]
    _draw(settings, updates)
    random = {
        "products": {r.label: r for r in products},
        "updates": {r.label: r for r in updates},
        "transfer": {r.case.label: r for r in transfers},
    }
    tables = {name: _table(results) for name, results in random.items()}
    tables |= {"exact": _exact_table(exact), "counts": _count_table(counts)}
    numbers = {
        "exact": [vars(r) for r in exact],
        "counts": [{"mini-batches": c.schedule.label, "patches": c.patches, "kit": c.kit} for c in counts],
        **{name: [agreement_numbers(label, r.agreement) for label, r in rs.items()] for name, rs in random.items()},
    }
    failed = {label: r.failed for results in random.values() for label, r in results.items()}
    failed |= {r.label: r.failed for r in exact} | {c.schedule.label: c.failed for c in counts}
    text = TEXT.format(pulses=pulses_per_crosspoint(seed), **tables)
    return Section("Convolutions", text, numbers, len(failed), [label for label, bad in failed.items() if bad])


def _table(results: Mapping[str, Random]) -> str:
    rows = []
    for label, r in results.items():
        by_design = isinstance(r, UpdateResult) and r.by_design
        rows.append([label, *agreement_row(r.agreement, by_design)])
    return markdown(["comparison", *AGREEMENT_HEAD], rows)


def _draw(settings: Settings, updates: Sequence[UpdateResult]) -> None:
    chosen = [r for r in updates if r.case.family == "soft bounds" and r.kernel == "cpu"]
    panels = {r.case.geometry.label: r.agreement for r in chosen}
    for moment in ("mean", "std"):
        plots.scatter(settings.out / f"convolution-{moment}", panels, moment, len(panels), "of ΔW")


def _exact_table(results: Sequence[ExactConvolution]) -> str:
    head = ["comparison", "outputs", "gradients", "steps", "steps, opposite order", "verdict"]
    rows = []
    for r in results:
        opposite = f"{r.reversed:.2f}" if r.reversed else "–"
        values = [f"{value:.1e}" for value in (r.outputs, r.gradients, r.steps)]
        rows.append([r.label, *values, opposite, verdict(r.failed)])
    return markdown(head, rows)


def _count_table(counts: Sequence[Count]) -> str:
    head = ["mini-batches", "patches", "columns, AIHWKIT", "columns, ours", "last image seen", "verdict"]
    return markdown(head, [_count_row(c) for c in counts])


def _count_row(c: Count) -> list[str]:
    lists = [" ".join(map(str, values)) for values in (c.patches, c.kit, c.ours)]
    known = c.differs and not c.failed
    return [
        c.schedule.label, *lists, "yes" if c.last else "no",
        "**differs**, by design" if known else verdict(c.failed),
    ]  # fmt: skip
