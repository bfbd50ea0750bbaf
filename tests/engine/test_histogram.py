"""Histograms of trained weights."""

from types import SimpleNamespace
from typing import Any

import torch

from analogbench.engine.histogram import BINS, weight_counts


def _layer(weights: torch.Tensor) -> Any:
    return SimpleNamespace(exact=lambda: weights)


def test_every_weight_is_counted_once_in_the_bin_where_it_lies() -> None:
    first, second = torch.randn(2, 30, 20), 0.1 * torch.randn(2, 5, 4)
    for replica, counts in enumerate(weight_counts([_layer(first), _layer(second)], 2)):
        assert [one.layer for one in counts] == [0, 1]
        largest = float(torch.maximum(first[replica].abs().max(), second[replica].abs().max()))
        for one, weights in zip(counts, (first[replica], second[replica]), strict=True):
            assert (one.low, one.high) == (-largest, largest), "all layers over the same range"
            assert sum(one.counts) == weights.numel()
            places = ((weights.double() + largest) / (2 * largest) * BINS).long().clamp(max=BINS - 1)
            told = torch.bincount(places.flatten(), minlength=BINS)
            assert (told - torch.tensor(one.counts)).abs().sum() <= 2, "but for rounding at the edges"


def test_a_replica_that_is_not_finite_has_none() -> None:
    weights = torch.randn(2, 3, 3)
    weights[0, 1, 1] = float("nan")
    bad, good = weight_counts([_layer(weights)], 2)
    assert bad == ()
    assert sum(good[0].counts) == 9
