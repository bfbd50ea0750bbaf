"""Forward and backward products."""

from __future__ import annotations

from analogbench_plugins.parity import plots
from analogbench_plugins.parity.page import Section, Settings
from analogbench_plugins.parity.products import EXACT, NOISY, ExactResult, compare_exact, compare_product
from analogbench_plugins.parity.tables import (
    AGREEMENT_HEAD,
    agreement_numbers,
    agreement_row,
    failures,
    markdown,
    verdict,
)

VECTORS = 20_000

TEXT = """Five vectors of sizes from 10⁻³ to 10 on 7 × 12 weights over ±0.6, each multiplied again and again; outputs
relative to the largest entry of their vector. Correlations are those between outputs.

![Quantiles of z](product-quantiles.png)

{noisy}

Without noise both must give the same numbers. {vectors} different vectors: outputs that differ by more than 10⁻⁵ of the
vector's largest entry, and the largest difference in steps of the ADC (without an ADC in units of the vector's largest
entry). An output within float32 rounding of half a step may be rounded the other way, and a vector whose output lies
so close to the bound may be multiplied once more; more than one output in a thousand is a failure.

{exact}"""


def products_section(settings: Settings) -> Section:
    """The section of `products`."""
    ways = ("forward", "backward")
    noisy = [compare_product(case, way, settings.draws, settings.seed) for way in ways for case in NOISY]
    exact = [compare_exact(case, way, VECTORS, settings.seed) for way in ways for case in EXACT]
    groups = {way: [r.agreement for r in noisy if r.direction == way and not r.case.zero] for way in ways}
    plots.quantiles(settings.out / "product-quantiles", groups)
    labels = [f"{r.direction}: {r.case.name}" for r in noisy]
    rows = [[label, *agreement_row(r.agreement)] for label, r in zip(labels, noisy, strict=True)]
    more = [_exact_row(r) for r in exact]
    text = TEXT.format(
        noisy=markdown(["comparison", *AGREEMENT_HEAD], rows),
        vectors=VECTORS,
        exact=markdown(["comparison", "outputs", "apart", "largest difference", "verdict"], more),
    )
    numbers = {
        "noisy": [agreement_numbers(label, r.agreement) for label, r in zip(labels, noisy, strict=True)],
        "exact": more,
    }
    failed = failures(labels, [r.failed for r in noisy]) + failures([r[0] for r in more], [r.failed for r in exact])
    return Section("Forward and backward products", text, numbers, len(noisy) + len(exact), failed)


def _exact_row(r: ExactResult) -> list[str]:
    return [f"{r.direction}: {r.case.name}", str(r.outputs), str(r.apart), f"{r.furthest:.1e}", verdict(r.failed)]
