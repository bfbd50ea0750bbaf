"""The inner loops of matrix products on the CPU, in vector instructions that are spelled out.

numba's compiler finds vectors in a loop over one sum, but not the blocks of sums that keep a core's arithmetic busy,
nor when to fetch the next rows of a matrix that is larger than the cache. Two blocks are written here: `dots`, sums
along the rows of two matrices, and `combine`, sums of rows. Each holds SAMPLES × BLOCK vectors of sums in registers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from analogbench.simd.llvm import (
    FLOAT,
    LANES,
    REGISTERS,
    Values,
    along,
    everywhere,
    fetch,
    index,
    lanes_below,
    load,
    loop,
    matrix,
    multiply_add,
    pointers,
    store,
    total,
    zeros,
)

SAMPLES = 5
"""Samples whose sums a block holds: mini-batches of this field have ten, or few more."""

BLOCK = 4 if REGISTERS == 32 else 2
"""Vectors of sums for each sample."""


def _dots(typing: Any, w: Any, row: Any, x: Any, sample: Any, sums: Any) -> tuple[Any, Callable[..., Any]]:
    """sums[i·SAMPLES + j] = Σₖ w[row + i, k]·x[sample + j, k] for i < BLOCK, j < SAMPLES. Fetches, meanwhile, the next
    BLOCK rows of w. w: (n, m), x: (B, m), C-contiguous float32; sums: as many float32."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        (w_data, m), (x_data, _), (out, _) = (matrix(context, builder, signature, args, i) for i in (0, 2, 4))
        rows = pointers(builder, w_data, args[1], m, BLOCK)
        samples = pointers(builder, x_data, args[3], m, SAMPLES)
        ahead = builder.mul(m, index(BLOCK))

        def add(k: Any, take: Callable[[Any], Any], sums: Values) -> Values:
            for pointer in rows:
                fetch(builder, builder.gep(pointer, [builder.add(k, ahead)]))
            us, vs = [take(pointer) for pointer in rows], [take(pointer) for pointer in samples]
            return multiply_add(builder, us, vs, sums)

        for i, vector in enumerate(along(builder, m, [zeros()] * (BLOCK * SAMPLES), add)):
            builder.store(total(builder, vector), builder.gep(out, [index(i)]))
        return context.get_dummy_value()

    return types.void(w, types.intp, x, types.intp, sums), generate


def _combine(vectors: int, *, masked: bool) -> Any:
    """Makes `combine`: sums over `vectors` vectors of columns; masked: one vector, whose end may lie beyond a row's."""

    def combine(typing: Any, d: Any, sample: Any, w: Any, column: Any, y: Any) -> tuple[Any, Callable[..., Any]]:
        """y[sample + j, column + i] = Σₖ d[sample + j, k]·w[k, column + i] for j < SAMPLES and i < vectors·LANES.
        d: (B, n) of any strides, w: (n, m), y: (B, m), C-contiguous, all float32."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            (w_data, m), (y_data, _) = (matrix(context, builder, signature, args, i) for i in (2, 4))
            numbers = _Strided(context, builder, signature.args[0], args[0], args[1])
            lanes = lanes_below(builder, builder.sub(m, args[3])) if masked else None
            columns = [builder.add(args[3], index(LANES * i)) for i in range(vectors)]

            def add(k: Any, sums: Values) -> Values:
                start = builder.mul(k, m)
                us = [load(builder, w_data, builder.add(start, c), lanes) for c in columns]
                return multiply_add(builder, us, [numbers.everywhere(j, k) for j in range(SAMPLES)], sums)

            result = loop(builder, numbers.count, index(1), [zeros()] * (vectors * SAMPLES), add)
            for number, vector in enumerate(result):
                i, j = divmod(number, SAMPLES)
                place = builder.add(builder.mul(builder.add(args[1], index(j)), m), columns[i])
                store(builder, vector, y_data, place, lanes)
            return context.get_dummy_value()

        return types.void(d, types.intp, w, types.intp, y), generate

    return intrinsic(combine)


# To numba these are functions of all arguments but the first.
dots: Any = intrinsic(_dots)
combine: Any = _combine(BLOCK, masked=False)
combine_end: Any = _combine(1, masked=True)


class _Strided:
    """Numbers of SAMPLES samples, d[sample + j, k], of an array of any strides."""

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any, sample: Any) -> None:
        array = context.make_array(kind)(context, builder, value)
        _, self.count = cgutils.unpack_tuple(builder, array.shape)
        self.builder, self.sample = builder, sample
        self.data = builder.bitcast(array.data, ir.IntType(8).as_pointer())
        self.per_sample, self.per_number = cgutils.unpack_tuple(builder, array.strides)

    def everywhere(self, j: int, k: Any) -> Any:
        """d[sample + j, k] in all lanes."""
        b = self.builder
        offset = b.add(b.mul(b.add(self.sample, index(j)), self.per_sample), b.mul(k, self.per_number))
        return everywhere(b, b.load(b.bitcast(b.gep(self.data, [offset]), FLOAT.as_pointer())))
