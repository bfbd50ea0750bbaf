"""What was measured: conductances after pulses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Trace:
    """An unbroken series of reads of one device.

    conductance: (N,), NaN where the device was pulsed but not read; the first is a number. pulses: (N,), how many
    pulses came since the read before, negative for pulses down; the first is not looked at.
    """

    conductance: Floats
    pulses: Counts


@dataclass(frozen=True)
class Measurement:
    """Traces of one or many devices. devices: for each device its traces, by its name. unit: of all conductances, empty
    if nobody said it. unread: rows without a conductance."""

    devices: Mapping[str, Sequence[Trace]]
    unit: str = ""
    unread: int = 0

    @cached_property
    def traces(self) -> list[Trace]:
        """All traces, device by device."""
        return [trace for traces in self.devices.values() for trace in traces]

    @cached_property
    def reads(self) -> Floats:
        """All conductances that were read."""
        values = np.concatenate([trace.conductance for trace in self.traces])
        return np.asarray(values[np.isfinite(values)])

    @cached_property
    def steps(self) -> int:
        """How many reads tell of a step: all but the first of each trace."""
        return len(self.reads) - len(self.traces)

    def pulses(self, sign: int) -> int:
        """How many pulses up (1) or down (-1) there are."""
        return int(sum(np.maximum(sign * trace.pulses[1:], 0).sum() for trace in self.traces))
