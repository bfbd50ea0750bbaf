"""Expected steps of soft bounds on the CPU: gradient, step and new weight of some rows in one pass, in vector
instructions that are spelled out.

A block of gradients stays in registers until its weights have moved, so that arithmetic goes on while weights come from
memory. numba's compiler does not find that: it would keep the gradients of whole rows, and go over them again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from analogbench.crossbar.response import SCALE_DOWN, SCALE_UP, W_MAX, W_MIN
from analogbench.simd.llvm import (
    LANES,
    REGISTERS,
    Values,
    everywhere,
    index,
    lanes_below,
    load,
    loop,
    matrix,
    multiply_add,
    pointers,
    sizes,
    store,
    total,
    zeros,
)

ROWS = 4
"""Rows that move together: what is loaded of a sample serves all of them."""

WIDTH = 2 if REGISTERS == 32 else 1
"""Vectors of each row whose gradients are in registers at a time."""


def _move(rows: int, *, alike: bool, known: bool = False) -> Any:
    """Makes a function that moves `rows` rows. alike: all crosspoints of an array have the same constants. known: the
    gradients of these rows are given as `x`, (rows, m); else they are dᵀx."""

    def move(
        typing: Any, w: Any, row: Any, d: Any, x: Any, rate: Any, constants: Any, at: Any, stride: Any, spent: Any
    ) -> tuple[Any, Callable[..., Any]]:
        """W ← U(W, rate·dᵀx) in some rows from `row` on; spent[row …] = the sums of |rate·dᵀx| there, in pulses.

        w: (n, m), d: (B, n), x: (B, m), rate: −lr/dw_min, spent: (n,). constants: planes that lie `stride` numbers
        apart, in each of which those of `row` begin at number `at`. All C-contiguous float32.
        """

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            block = _Block(context, builder, signature, args, rows, known=known)
            for i, vector in enumerate(block.move(_Alike(block) if alike else _Each(block))):
                place = builder.gep(block.spent, [builder.add(block.row, index(i))])
                builder.store(total(builder, vector), place)
            return context.get_dummy_value()

        return types.void(w, types.intp, d, x, rate, constants, types.intp, types.intp, spent), generate

    return intrinsic(move)


class _Block:
    """The rows of an array that a call of `move` is about. What is done to them is appended to the function that numba
    compiles."""

    def __init__(self, context: Any, builder: Any, signature: Any, args: Any, rows: int, *, known: bool) -> None:
        self.builder, self.rows, self.known = builder, rows, known
        (w, self.m), (d, self.n), (self.x, _), (self.planes, _), (self.spent, _) = (
            matrix(context, builder, signature, args, position) for position in (0, 2, 3, 5, 8)
        )
        _, self.row, _, x, rate, _, self.at, self.stride, _ = args
        samples = context.make_array(signature.args[3])(context, builder, x).shape
        self.samples = cgutils.unpack_tuple(builder, samples)[0]
        self.rate = everywhere(builder, rate)
        self.w = pointers(builder, w, self.row, self.m, rows)
        self.d = builder.gep(d, [self.row])

    def plane(self, number: int) -> Any:
        """Pointer to the constants of the first row in a plane."""
        b = self.builder
        return b.gep(self.planes, [b.add(self.at, b.mul(self.stride, index(number)))])

    def move(self, constants: _Alike | _Each) -> Values:
        """Move all weights, WIDTH vectors of each row at a time, and single ones at the end. For each row a vector of
        sums: the sizes of its steps."""
        b, step = self.builder, WIDTH * LANES
        wide = b.mul(b.sdiv(self.m, index(step)), index(step))

        def several(k: Any, spent: Values) -> Values:
            return self._move_columns(constants, [b.add(k, index(LANES * i)) for i in range(WIDTH)], None, spent)

        def single(k: Any, spent: Values) -> Values:
            column = b.add(wide, k)
            return self._move_columns(constants, [column], lanes_below(b, b.sub(self.m, column)), spent)

        spent = loop(b, wide, index(step), [zeros()] * self.rows, several)
        return loop(b, b.sub(self.m, wide), index(LANES), spent, single)

    def _move_columns(self, constants: _Alike | _Each, columns: Values, lanes: Any, spent: Values) -> Values:
        """Move a vector of weights at each of the `columns`, in all rows."""
        b = self.builder
        gradients = iter(self._known(columns, lanes) if self.known else self._products(columns, lanes))
        for i in range(self.rows):
            for column in columns:
                pulses = b.fmul(next(gradients), self.rate)
                spent = [*spent[:i], b.fadd(spent[i], sizes(b, pulses)), *spent[i + 1 :]]
                v = load(b, self.w[i], column, lanes)
                store(b, constants.moved(v, pulses, i, column, lanes), self.w[i], column, lanes)
        return spent

    def _known(self, columns: Values, lanes: Any) -> Values:
        rows = pointers(self.builder, self.x, index(0), self.m, self.rows)
        return [load(self.builder, row, column, lanes) for row in rows for column in columns]

    def _products(self, columns: Values, lanes: Any) -> Values:
        """Σ_b d_b x_bᵀ at the columns of the first row, then of the next."""
        b = self.builder

        def add(sample: Any, sums: Values) -> Values:
            x, d = b.gep(self.x, [b.mul(sample, self.m)]), b.gep(self.d, [b.mul(sample, self.n)])
            errors = [everywhere(b, b.load(b.gep(d, [index(i)]))) for i in range(self.rows)]
            return multiply_add(b, errors, [load(b, x, column, lanes) for column in columns], sums)

        return loop(b, self.samples, index(1), [zeros()] * (self.rows * len(columns)), add)


class _Alike:
    """Constants that all crosspoints share: they and the slopes stay in registers."""

    def __init__(self, block: _Block) -> None:
        self.builder = b = block.builder
        self.up, self.down, self.high, self.low = (
            everywhere(b, b.load(block.plane(number))) for number in (SCALE_UP, SCALE_DOWN, W_MAX, W_MIN)
        )
        self.rising, self.falling = b.fdiv(self.up, self.high), b.fdiv(self.down, self.low)

    def moved(self, v: Any, pulses: Any, row: int, column: Any, lanes: Any) -> Any:
        """The weights after so many pulses each."""
        b, upward = self.builder, _upward(self.builder, pulses)
        scale, slope = b.select(upward, self.up, self.down), b.select(upward, self.rising, self.falling)
        return _moved(b, v, pulses, scale, slope, self.high, self.low)


class _Each:
    """Each crosspoint has its own constants."""

    def __init__(self, block: _Block) -> None:
        self.builder = b = block.builder
        planes = (block.plane(number) for number in (SCALE_UP, SCALE_DOWN, W_MAX, W_MIN))
        self.rows = [pointers(b, plane, index(0), block.m, block.rows) for plane in planes]

    def moved(self, v: Any, pulses: Any, row: int, column: Any, lanes: Any) -> Any:
        """The weights after so many pulses each."""
        b, upward = self.builder, _upward(self.builder, pulses)
        up, down, high, low = (load(b, rows[row], column, lanes) for rows in self.rows)
        scale, bound = b.select(upward, up, down), b.select(upward, high, low)
        return _moved(b, v, pulses, scale, b.fdiv(scale, bound), high, low)


def _upward(builder: Any, pulses: Any) -> Any:
    return builder.fcmp_ordered(">", pulses, zeros())


def _moved(builder: Any, v: Any, pulses: Any, scale: Any, slope: Any, high: Any, low: Any) -> Any:
    """v + pulses·(scale − slope·v), cut at the bounds; a NaN stays one."""
    b = builder
    (step,) = multiply_add(b, [b.fneg(slope)], [v], [scale])
    (moved,) = multiply_add(b, [pulses], [step], [v])
    moved = b.select(b.fcmp_ordered("<", moved, low), low, moved)
    return b.select(b.fcmp_ordered(">", moved, high), high, moved)


# To numba these are functions of all arguments but the first.
move_rows_alike: Any = _move(ROWS, alike=True)
move_row_alike: Any = _move(1, alike=True)
move_rows_each: Any = _move(ROWS, alike=False)
move_row_each: Any = _move(1, alike=False)
move_known_alike: Any = _move(1, alike=True, known=True)
move_known_each: Any = _move(1, alike=False, known=True)
