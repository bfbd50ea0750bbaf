"""Products of the periphery agree with AIHWKIT's forward and backward passes."""

import pytest
from analogbench_plugins.parity.products import EXACT, NOISY, ProductCase, compare_exact, compare_product

WAYS = pytest.mark.parametrize("direction", ["forward", "backward"])


@WAYS
@pytest.mark.parametrize("case", NOISY, ids=lambda case: case.name)
def test_noisy_products_have_the_same_distribution(case: ProductCase, direction: str, seed: int) -> None:
    agreement = compare_product(case, direction, 600, seed).agreement
    assert agreement.passed, (agreement.p, agreement.fixed_apart)


@WAYS
@pytest.mark.parametrize("case", EXACT, ids=lambda case: case.name)
def test_products_without_noise_are_the_same(case: ProductCase, direction: str, seed: int) -> None:
    result = compare_exact(case, direction, 2000, seed)
    assert not result.failed, (result.apart, result.outputs, result.furthest)
