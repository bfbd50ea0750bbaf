"""The trained weights of each layer, as histograms."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from analogbench.engine.layers import RuleLinear
from analogbench.engine.outcome import WeightCounts

BINS = 200


def weight_counts(layers: Sequence[RuleLinear], replicas: int) -> list[tuple[WeightCounts, ...]]:
    """For each replica the histograms of all layers' exact weights, all between ± the replica's largest weight.

    A replica with weights that are not finite has none.
    """
    weights = [layer.exact().flatten(1).cpu() for layer in layers]  # (R, number of weights) each
    if not weights:
        return [()] * replicas
    largest = torch.stack([w.abs().amax(1) for w in weights]).amax(0)  # (R,), NaN where a weight is NaN
    return [_of_replica([w[r] for w in weights], float(largest[r])) for r in range(replicas)]


def _of_replica(weights: Sequence[Tensor], largest: float) -> tuple[WeightCounts, ...]:
    """weights: (number of weights,) of each layer."""
    if not 0.0 < largest < float("inf"):
        return ()
    counts = [torch.histc(w, BINS, -largest, largest).int().tolist() for w in weights]
    return tuple(WeightCounts(layer, -largest, largest, numbers) for layer, numbers in enumerate(counts))
