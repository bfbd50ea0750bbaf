"""Asking the processor to fetch a number from memory before it is needed.

A pulse needs a cache line or two at a place that no processor can guess; waiting for them would be most of its cost.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_WILL_BE_WRITTEN, _KEEP_IN_ALL_CACHES, _DATA = 1, 3, 1


@intrinsic
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Fetch the cache line of array[index]; index: a tuple of as many integers as the array has dimensions."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_type, index_type = signature.args
        view = context.make_array(array_type)(context, builder, arguments[0])
        indices = cgutils.unpack_tuple(builder, arguments[1], count=len(index_type))
        place = cgutils.get_item_pointer(context, builder, array_type, view, indices, wraparound=False)
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        function = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        )
        hints = [number(hint) for hint in (_WILL_BE_WRITTEN, _KEEP_IN_ALL_CACHES, _DATA)]
        builder.call(function, [builder.bitcast(place, byte), *hints])
        return context.get_dummy_value()

    return types.void(array, index), generate
