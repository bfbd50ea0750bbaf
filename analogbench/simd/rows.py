"""Short rows of numbers, copied or added in one instruction each, on the CPU.

A loop over the few pixels of a patch's row costs more in its bounds than in its work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import intrinsic

from analogbench.simd.llvm import lanes_below, load, matrix, store


def _row(*, add: bool) -> Any:
    """Makes `copy_row` or `add_row`."""

    def row(typing: Any, target: Any, at: Any, source: Any, start: Any, count: Any) -> tuple[Any, Callable[..., Any]]:
        """Copy source[start : start + count] to target[at : at + count], or add it; count ≤ LANES. Both arrays are
        C-contiguous float32 and counted through all their dimensions."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            (to, _), (of, _) = (matrix(context, builder, signature, args, i) for i in (0, 2))
            lanes = lanes_below(builder, args[4])
            numbers = load(builder, of, args[3], lanes)
            if add:
                numbers = builder.fadd(load(builder, to, args[1], lanes), numbers)
            store(builder, numbers, to, args[1], lanes)
            return context.get_dummy_value()

        return types.void(target, types.intp, source, types.intp, types.intp), generate

    return intrinsic(row)


# To numba these are functions of all arguments but the first.
copy_row: Any = _row(add=False)
add_row: Any = _row(add=True)
