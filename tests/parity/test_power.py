"""The comparisons see small mistakes: without that their agreement would mean little."""

from dataclasses import replace

import pytest
from analogbench_plugins.parity import products
from analogbench_plugins.parity.power import MISTAKES, compare_wrong
from analogbench_plugins.parity.products import ProductCase, compare_product
from analogbench_plugins.parity.transfer import TransferCase, compare_transfer

DRAWS = 4000


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_tile_is_seen(name: str, seed: int) -> None:
    assert not compare_wrong(name, DRAWS, seed).passed


def test_independent_firing_is_seen_in_the_correlations_only(seed: int) -> None:
    p = compare_wrong("crosspoints fire independently, low rate", DRAWS, seed).p
    assert p["correlation"] < 1e-8
    assert min(p["mean"], p["std"]) > 1e-5


def test_wrong_output_noise_is_seen(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    right = products.periphery_of
    wrong = lambda io, r: replace(right(io, r), out_noise=right(io, r).out_noise * 1.1)  # noqa: E731
    monkeypatch.setattr(products, "periphery_of", wrong)
    assert compare_product(ProductCase("default"), "forward", DRAWS, seed).failed


@pytest.mark.parametrize(
    "wrong", [TransferCase(3, read_noise=0.05), TransferCase(3, kit_fast_lr=0.055)], ids=["read noise", "fast_lr"]
)
def test_a_wrong_transfer_is_seen(wrong: TransferCase, seed: int) -> None:
    assert compare_transfer(wrong, DRAWS // 4, seed).failed
