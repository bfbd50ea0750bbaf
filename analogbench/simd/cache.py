"""Asking for memory before it is needed, on the CPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import intrinsic

from analogbench.simd.llvm import fetch, matrix


def _fetch_at(typing: Any, values: Any, at: Any) -> tuple[Any, Callable[..., Any]]:
    """Ask for the cache line of number `at` of a C-contiguous float32 array, counted through all its dimensions."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data, _ = matrix(context, builder, signature, args, 0)
        fetch(builder, builder.gep(data, [args[1]]))
        return context.get_dummy_value()

    return types.void(values, types.intp), generate


# To numba this is a function of all arguments but the first.
fetch_at: Any = intrinsic(_fetch_at)
