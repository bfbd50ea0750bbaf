"""Numbers as text: as many digits as their uncertainty allows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analogbench.report.statistics import Summary

MOST_DECIMALS = 4
HUGE = 1e7
"""From here on a number has a power of ten, whatever the axis."""

NOTHING = "–"


@dataclass(frozen=True)
class Digits:
    """How a mean and what belongs to it are written: so many decimals, and a shared power of ten if not None."""

    decimals: int
    exponent: int | None = None

    @classmethod
    def of(cls, summary: Summary, scientific: bool) -> Digits:
        """Fixed: two significant digits of the standard deviation, one where the mean would get more than four.

        Scientific: one, but two decimals at least.
        """
        largest = max((abs(n) for n in (summary.mean, summary.sd or 0.0) if math.isfinite(n)), default=0.0)
        if not scientific and largest < HUGE:
            four = _decimals(summary.mean, 4)
            if not summary.sd:
                return cls(four if summary.sd is None else min(four, 2))
            return cls(min(_decimals(summary.sd, 2), max(four, _decimals(summary.sd, 1))))
        exponent = max(math.floor(math.log10(largest)), -300) if largest else 0
        return cls(max(2, _decimals((summary.sd or 0.0) / 10**exponent, 1)), exponent)

    def text(self, number: float) -> str:
        """One number."""
        if not math.isfinite(number):
            return NOTHING if math.isnan(number) else f"{number:.0f}"
        text = f"{number / 10 ** (self.exponent or 0):.{self.decimals}f}"
        if not float(text):
            text = text.removeprefix("-")
        return text if self.exponent is None else f"{text}e{self.exponent}"


def _decimals(number: float, significant: int) -> int:
    """The decimals that show so many significant digits of `number`; two if it is zero or not finite."""
    if not number or not math.isfinite(number):
        return 2
    rounded = float(f"{number:.{significant - 1}e}")  # 0.0996 has the digits of 0.10
    if abs(rounded) >= HUGE:
        return 0
    return min(max(significant - 1 - math.floor(math.log10(abs(rounded))), 0), MOST_DECIMALS)


def mean_sd(summary: Summary, scientific: bool = False) -> str:
    """`88.31 ± 0.42`, or `1.03e-3 ± 0.05e-3`; the mean alone if there is one value."""
    digits = Digits.of(summary, scientific)
    return digits.text(summary.mean) + ("" if summary.sd is None else f" ± {digits.text(summary.sd)}")


def interval(summary: Summary, scientific: bool = False) -> str:
    """`[87.27, 89.35]`; a dash if there is one value, or the interval has no end."""
    if summary.low is None or summary.high is None or not math.isfinite(summary.high - summary.low):
        return NOTHING
    digits = Digits.of(summary, scientific)
    # what has a logarithmic axis is positive; with few seeds the interval reaches below zero all the same
    low = max(summary.low, 0.0) if scientific else summary.low
    return f"[{digits.text(low)}, {digits.text(summary.high)}]"


def short(number: float) -> str:
    """About four digits, without trailing zeros: `98.31`, `0.012`."""
    return f"{number:.4g}"


def count(number: float | None) -> str:
    """`1.2e7`, `950`."""
    if number is None or math.isnan(number):
        return NOTHING
    return f"{number:.0f}" if number < 1000 else f"{number:.1e}".replace("e+0", "e").replace("e+", "e")


def seconds(number: float | None) -> str:
    """Three digits at most where they matter: `0.84`, `12.3`, `1240`."""
    if number is None or math.isnan(number):
        return NOTHING
    if number >= HUGE:
        return count(number)
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:.0f}"


def ratio(number: float) -> str:
    """`×0.83`, `×12`, `×1.2e4`."""
    return f"×{number:#.3g}" if number < 10 else f"×{count(number) if number >= 1000 else f'{number:.0f}'}"


def difference(number: float) -> str:
    """`+0.12`, `-0.42`, `0.00`."""
    if abs(number) >= HUGE or math.isnan(number):
        return NOTHING if math.isnan(number) else f"{number:+.2e}".replace("e+0", "e").replace("e+", "e")
    text = f"{number:+.2f}" if abs(number) >= 0.005 or not number else f"{number:+.1g}"
    return text.lstrip("+") if not number else text
