"""Numbers as bits, on the CPU: which lines are marked, and the largest of some numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from analogbench.simd.llvm import FLOAT, INDEX, LANES, Values, along, index, matrix


def _marked(typing: Any, marks: Any, word: Any) -> tuple[Any, Callable[..., Any]]:
    """Which of the bytes marks[64·word : 64·word + 64] are not 0, as the bits of a number, the first one lowest."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data, _ = matrix(context, builder, signature, args, 0)
        kind = ir.VectorType(ir.IntType(8), 64)
        place = builder.bitcast(builder.gep(data, [builder.mul(args[1], index(64))]), kind.as_pointer())
        numbers = builder.load(place)
        numbers.align = 1
        return builder.bitcast(builder.icmp_unsigned("!=", numbers, ir.Constant(kind, [0] * 64)), INDEX)

    return types.uint64(marks, types.intp), generate


def _lowest(typing: Any, bits: Any) -> tuple[Any, Callable[..., Any]]:
    """The place of the lowest bit that is set."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


def _max_abs(typing: Any, values: Any) -> tuple[Any, Callable[..., Any]]:
    """max|values|, NaN if any is NaN: without a sign, floats are ordered as their bits are, and NaN lies above all.
    values: (m,), contiguous float32; 0 of none."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data, m = matrix(context, builder, signature, args, 0)
        whole = ir.IntType(32)
        kind = ir.VectorType(whole, LANES)

        def larger(k: Any, take: Callable[[Any], Any], largest: Values) -> Values:
            bits = builder.and_(builder.bitcast(take(data), kind), ir.Constant(kind, [0x7FFFFFFF] * LANES))
            return [builder.select(builder.icmp_signed(">", bits, largest[0]), bits, largest[0])]

        (vector,) = along(builder, m, [ir.Constant(kind, [0] * LANES)], larger)
        name, of = f"llvm.vector.reduce.smax.v{LANES}i32", ir.FunctionType(whole, [kind])
        largest = builder.call(cgutils.get_or_insert_function(builder.module, of, name), [vector])
        return builder.bitcast(largest, FLOAT)

    return types.float32(values), generate


# To numba these are functions of all arguments but the first.
marked: Any = intrinsic(_marked)
lowest: Any = intrinsic(_lowest)
max_abs: Any = intrinsic(_max_abs)
