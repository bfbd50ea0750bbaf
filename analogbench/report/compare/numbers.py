"""The numbers of a comparison as text."""

from __future__ import annotations

from analogbench.report import digits
from analogbench.report.compare.duels import Duel
from analogbench.report.statistics import Summary
from analogbench.report.statistics.paired import Paired
from analogbench.wording import count_of


def p_text(p: float) -> str:
    """`0.25`, `0.0078`, `<0.0001`."""
    return "<0.0001" if p < 0.0001 else f"{p:.2g}"


def seeds_text(found: Paired) -> str:
    """`3 seeds`, `3 seeds, of which 1 tied,`: what p can be hangs on those that did not."""
    number = count_of(len(found.pairs), "seed")
    return f"{number}, of which {found.ties} tied," if found.ties else number


def effect_text(effect: float | None) -> str:
    """`+1.8`."""
    return digits.NOTHING if effect is None else f"{effect:+.2f}" if abs(effect) < 10 else f"{effect:+.0f}"


def difference_text(duel: Duel) -> str:
    """`+1.8 ± 0.3`, `×0.035`; a dash if no pair is whole."""
    summary = duel.paired.difference
    if summary is None:
        return digits.NOTHING
    if duel.paired.ratio:
        return digits.ratio(_power(summary.mean))
    shown = summary.scaled(duel.metric.scale)
    return f"{'+' if shown.mean > 0 else ''}{digits.mean_sd(shown)}"


def difference_interval(duel: Duel) -> str:
    """Of the mean difference, or of the mean ratio."""
    summary = duel.paired.difference
    if summary is None:
        return digits.NOTHING
    if not duel.paired.ratio:
        return digits.interval(summary.scaled(duel.metric.scale))
    if summary.low is None or summary.high is None:
        return digits.NOTHING
    return f"[{digits.ratio(_power(summary.low))}, {digits.ratio(_power(summary.high))}]"


def size_text(duel: Duel) -> str:
    """How far apart, without a sign: `1.8 ± 0.3 points of test accuracy`, `a factor of 29`; empty if unknown."""
    summary, metric = duel.paired.difference, duel.metric
    if summary is None:
        return ""
    if duel.paired.ratio:
        return f"a factor of {digits.ratio(_power(abs(summary.mean))).lstrip('×')} in {metric.title}"
    shown = summary.scaled(metric.scale)
    size = Summary(shown.n, abs(shown.mean), shown.sd)
    unit = "points of " if metric.unit == "%" else f"{metric.unit} of " if metric.unit else "in "
    return f"{digits.mean_sd(size)} {unit}{metric.title}"


def _power(exponent: float) -> float:
    return float("inf") if exponent > 300 else 10.0**exponent
