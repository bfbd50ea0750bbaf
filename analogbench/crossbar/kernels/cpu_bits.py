"""Marks of lines as the bits of a number, on the CPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from analogbench.crossbar.kernels.cpu_llvm import INDEX, index, matrix


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


# To numba these are functions of all arguments but the first.
marked: Any = intrinsic(_marked)
lowest: Any = intrinsic(_lowest)
