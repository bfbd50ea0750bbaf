"""A comparison in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from analogbench.report.compare.duels import Duel, Result
from analogbench.report.compare.numbers import p_text, size_text
from analogbench.report.statistics.significance import ALPHA


def sentence(result: Result) -> str:
    """Who is ahead, by how much, and how sure that is."""
    return _one(result, result.duels[0]) if len(result.duels) == 1 else _several(result)


def _one(result: Result, duel: Duel) -> str:
    found, number = duel.paired, len(duel.paired.pairs)
    where = f"On {duel.place.task_text}, {duel.place.device}"
    if not found.lead:
        return f"{where}: {result.a} and {result.b} are level over {_seeds(number)} ({_certainty(duel)})."
    ahead = found.lead > 0
    first, second = (result.a, result.b) if ahead else (result.b, result.a)
    won, failed = (found.wins, found.failed_b) if ahead else (found.losses, found.failed_a)
    verb = "beats" if found.p <= ALPHA or won == number else "is ahead of"
    by = f" by {size_text(duel)}" if _agrees(duel) else ""
    lost = f", {len(failed)} of them because {second} failed" if failed else ""
    return f"{where}: {first} {verb} {second}{by} in {won} of {_seeds(number)}{lost} ({_certainty(duel)})."


def _agrees(duel: Duel) -> bool:
    """Whether the mean is ahead on the same side as the seeds won."""
    summary, sign = duel.paired.difference, 1 if duel.metric.higher_is_better else -1
    return summary is not None and sign * duel.paired.lead * summary.mean > 0


def _certainty(duel: Duel) -> str:
    """p, and what it can be at the least where it could not be small."""
    p, least = duel.paired.p, duel.paired.least_p
    parts = [f"p = {p_text(p)}{'' if p <= ALPHA else ', not significant'}"]
    if least > ALPHA:
        parts.append(f"with {_differing(duel)} p cannot be below {least:.3g}")
    return "; ".join(parts)


def _differing(duel: Duel) -> str:
    """`3 seeds`, `3 seeds, of which 1 tied,`."""
    ties, number = duel.paired.ties, len(duel.paired.pairs)
    return _seeds(number) + (f", of which {ties} tied," if ties else "")


def _several(result: Result) -> str:
    ahead = result.won >= result.lost
    first, second = (result.a, result.b) if ahead else (result.b, result.a)
    won, lost = max(result.won, result.lost), min(result.won, result.lost)
    level = f" and level in {result.level}" if result.level else ""
    titles = {duel.metric.title for duel in result.duels}
    measure = titles.pop() if len(titles) == 1 else "each task's metric"
    return (
        f"By {measure}, over {len(result.duels)} settings, {first} is ahead of {second} in {won}, behind in {lost}"
        f"{level} (sign test over the settings: p = {p_text(result.p)}); "
        f"{_significant(result.duels, 1 if ahead else -1)}."
    )


def _significant(duels: Sequence[Duel], turn: int) -> str:
    """How many of the settings are told apart, each for itself."""
    sure = [duel.paired.lead * turn for duel in duels if duel.paired.p_holm <= ALPHA]
    if sure:
        counts = f"{sure.count(1)} of the leads and {sure.count(-1)} of the deficits"
        return f"{counts} are significant at 5 % after Holm's correction"
    least = min(duel.paired.least_p for duel in duels)
    none = "no single setting is significant at 5 % after Holm's correction"
    if least * len(duels) <= ALPHA:
        return none
    seeds = _seeds(max(len(duel.paired.pairs) for duel in duels))
    return f"{none} for {len(duels)} comparisons, nor could one be: with {seeds} p cannot be below {least:.2g}"


def _seeds(number: int) -> str:
    return f"{number} seed{'' if number == 1 else 's'}"
