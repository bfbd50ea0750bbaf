"""The settings and seeds that two sides share, and what one of them lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from analogbench.api.task import BUDGETS
from analogbench.errors import UsageError
from analogbench.report.compare.sides import Side
from analogbench.report.frame import Kept
from analogbench.report.natural import natural

Seeds: TypeAlias = Mapping[int, Kept]


class Place(NamedTuple):
    """Where two rows meet; numbers of different places are not comparable."""

    task: str
    data: str
    budget: str
    device: str

    @property
    def task_text(self) -> str:
        """`mnist-fcn · MNIST-5k · quick`."""
        return " · ".join((self.task, self.data or "data unknown", self.budget))

    def __str__(self) -> str:
        """`mnist-fcn · MNIST-5k · quick, softbounds`."""
        return f"{self.task_text}, {self.device}"


@dataclass(frozen=True)
class Match:
    """One place. a, b: the newest record of each seed; not empty."""

    place: Place
    a: Seeds
    b: Seeds

    @property
    def seeds(self) -> list[int]:
        """Those that both have."""
        return sorted(self.a.keys() & self.b.keys())


@dataclass(frozen=True)
class Matches:
    """shared: places with a seed that both have. without_seed: places where both are, but no seed is the same.

    only_a, only_b: places where the other has no record at all.
    """

    shared: tuple[Match, ...]
    without_seed: tuple[Place, ...]
    only_a: tuple[Place, ...]
    only_b: tuple[Place, ...]


def match(kept: Iterable[Kept], a: Side, b: Side, devices: Sequence[str] | None = None) -> Matches:
    """Find what both have. A side with a device of its own meets the other one on each of that one's devices.

    devices: labels of those that count; None for all. Raises UsageError where there is nothing to compare.
    """
    if a == b:
        raise UsageError(f"both are {a}: name two algorithms, or one on two devices, as in `{a.algorithm}@DEVICE`")
    found = list(kept)
    own, others = _rows(found, a, b), _rows(found, b, a)
    joint = f"{a.device} vs {b.device}" if a.device and b.device and a.device != b.device else ""
    ours, theirs = _places(own, others, a, joint), _places(others, own, b, joint)
    if devices is not None and joint:
        raise UsageError(f"-d chooses devices to meet on, but {a} and {b} each stay on their own: leave it out")
    if devices is not None:
        ours, theirs = (
            {place: seeds for place, seeds in part.items() if place.device in devices} for part in (ours, theirs)
        )
    matches = [Match(place, ours[place], theirs[place]) for place in sorted(ours.keys() & theirs.keys(), key=_order)]
    shared = tuple(one for one in matches if one.seeds)
    if not shared:
        raise UsageError(f"no shared cells: {_where(own, a)}; {_where(others, b)}{_advice(own, others, a, b)}")
    return Matches(
        shared=shared,
        without_seed=tuple(one.place for one in matches if not one.seeds),
        only_a=tuple(sorted(ours.keys() - theirs.keys(), key=_order)),
        only_b=tuple(sorted(theirs.keys() - ours.keys(), key=_order)),
    )


def _rows(kept: Iterable[Kept], side: Side, other: Side) -> dict[Place, dict[int, Kept]]:
    """Where a side has records, on its real devices; nobody meets itself."""
    rows: dict[Place, dict[int, Kept]] = defaultdict(dict)
    for one in kept:
        labels, cell = one.record.labels, one.record.cell
        if Side(labels.algorithm, labels.device) == other or labels.algorithm != side.algorithm:
            continue
        if side.device in (None, labels.device):
            rows[Place(labels.task, one.data, cell.budget, labels.device)][cell.seed] = one
    return dict(rows)


def _places(
    rows: Mapping[Place, dict[int, Kept]], others: Mapping[Place, dict[int, Kept]], side: Side, joint: str
) -> dict[Place, dict[int, Kept]]:
    """Where a side meets the other: on its own devices, unless it stays on one."""
    if joint:
        return {place._replace(device=joint): seeds for place, seeds in rows.items()}
    if side.device is None:
        return dict(rows)
    return {
        place._replace(device=other.device): seeds
        for place, seeds in rows.items()
        for other in others
        if other[:3] == place[:3]
    } or dict(rows)


def _order(place: Place) -> tuple[object, ...]:
    return natural(place.task), place.data, BUDGETS.index(place.budget), natural(place.device)


def _where(rows: Mapping[Place, object], side: Side) -> str:
    if not rows:
        return f"{side} is not recorded there"
    devices = sorted({place.device for place in rows}, key=natural)
    tasks = sorted({f"{place.task} ({place.budget})" for place in rows}, key=natural)
    return f"{side} is recorded on {_few(devices)} for {_few(tasks)}"


def _few(names: Sequence[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _advice(own: Mapping[Place, object], others: Mapping[Place, object], a: Side, b: Side) -> str:
    """What would find something, if only the devices differ."""
    tasks = {place[:3] for place in own} & {place[:3] for place in others}
    if not tasks or a.device or b.device:
        return ""
    device = next(place.device for place in own if place[:3] in tasks)
    return f"; name a device to compare across devices, as in `{a.algorithm}@{device}`"
