"""A comparison in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from analogbench.report.compare.duels import Duel, Result
from analogbench.report.compare.numbers import p_text, seeds_text, size_text
from analogbench.report.statistics.paired import Paired
from analogbench.report.statistics.significance import ALPHA
from analogbench.wording import count_of


def sentence(result: Result) -> str:
    """Who is ahead, by how much, and how sure that is."""
    return _one(result, result.duels[0]) if len(result.duels) == 1 else _several(result)


def _one(result: Result, duel: Duel) -> str:
    found, seeds = duel.paired, count_of(len(duel.paired.pairs), "seed")
    certainty = _certainty(result, found)
    where = f"On {duel.place.task_text}, {duel.place.device}"
    if not found.lead:
        return f"{where}: {result.a} and {result.b} are level over {seeds} ({certainty})."
    ahead = found.lead > 0
    first, second = (result.a, result.b) if ahead else (result.b, result.a)
    won, failed = (found.wins, found.failed_b) if ahead else (found.losses, found.failed_a)
    sure = won == len(found.pairs) or (found.p <= ALPHA and found.agrees)
    verb = "beats" if sure else "is ahead of"
    by = f" by {size_text(duel)}" if _agrees(duel) else ""
    lost = f", {len(failed)} of them because {second} failed" if failed else ""
    return f"{where}: {first} {verb} {second}{by} in {won} of {seeds}{lost} ({certainty})."


def _agrees(duel: Duel) -> bool:
    """Whether the mean is ahead on the same side as the seeds won."""
    summary, sign = duel.paired.difference, 1 if duel.metric.higher_is_better else -1
    return summary is not None and sign * duel.paired.lead * summary.mean > 0


def _certainty(result: Result, found: Paired) -> str:
    """p, for whom it speaks where that one is not ahead, and what it is at the least where it could not be small."""
    parts = [f"p = {p_text(found.p)}{'' if found.p <= ALPHA else ', not significant'}"]
    if found.p <= ALPHA and not found.agrees:
        parts[0] += f", which speaks for {result.a if found.favours > 0 else result.b} by the sizes of the differences"
    if found.least_p > ALPHA:
        parts.append(f"with {seeds_text(found)} p cannot be below {found.least_p:.3g}")
    return "; ".join(parts)


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
    found = [duel.paired for duel in duels if duel.paired.p_holm <= ALPHA]
    if found:
        sure = [one.lead * turn for one in found if one.agrees]
        counts = f"{sure.count(1)} of the leads and {sure.count(-1)} of the deficits"
        against = len(found) - len(sure)
        other = f"; in {count_of(against, 'setting')} p speaks for the one that is not ahead" if against else ""
        return f"{counts} are significant at 5 % after Holm's correction{other}"
    best = min((duel.paired for duel in duels), key=lambda one: one.least_p)
    none = "no single setting is significant at 5 % after Holm's correction"
    if best.least_p * len(duels) <= ALPHA:
        return none
    least = f"with {seeds_text(best)} p cannot be below {best.least_p:.2g}"
    return f"{none} for {len(duels)} comparisons, nor could one be: {least}"
