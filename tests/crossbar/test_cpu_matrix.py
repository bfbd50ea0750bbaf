"""The products of the CPU kernels against numpy's, for shapes that fill no block, no vector and no group of samples."""

import numpy as np
import pytest

from analogbench.crossbar.kernels.cpu_matrix import times, times_transposed

SHAPES = [(1, 1, 1), (3, 2, 5), (5, 4, 16), (6, 7, 33), (10, 10, 128), (11, 256, 100), (64, 5, 25), (70, 33, 130)]


def _numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize(("samples", "n", "m"), SHAPES)
def test_products_are_those_of_numpy(samples: int, n: int, m: int) -> None:
    x, d, w = _numbers(samples, m), _numbers(samples, n), _numbers(n, m)
    y, z = np.full((samples, n), np.nan, np.float32), np.full((samples, m), np.nan, np.float32)
    times_transposed(x, w, y)
    times(d, w, z)
    np.testing.assert_allclose(y, x @ w.T, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(z, d @ w, rtol=1e-4, atol=1e-4)


def test_vectors_may_lie_apart_from_each_other() -> None:
    d, w, z = _numbers(20, 12), _numbers(20, 70), np.zeros((12, 70), np.float32)
    times(d.T, w, z)
    np.testing.assert_allclose(z, d.T @ w, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("samples", [5, 12, 64])
def test_a_sample_that_is_not_a_number_spoils_no_other(samples: int) -> None:
    x, w, y = _numbers(samples, 40), _numbers(20, 40), np.zeros((samples, 20), np.float32)
    x[3, 39] = np.nan
    times_transposed(x, w, y)
    assert np.isnan(y[3]).all()
    assert np.isfinite(np.delete(y, 3, axis=0)).all()


@pytest.mark.parametrize(("samples", "n"), [(10, 256), (64, 16)])
def test_a_sample_has_the_same_product_wherever_it_stands(samples: int, n: int) -> None:
    x, w = _numbers(samples, 100), _numbers(n, 100)
    y, turned = np.zeros((samples, n), np.float32), np.zeros((samples, n), np.float32)
    times_transposed(x, w, y)
    times_transposed(np.ascontiguousarray(x[::-1]), w, turned)
    assert np.array_equal(y, turned[::-1])
