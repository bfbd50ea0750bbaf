"""Vector instructions in LLVM's own language, for kernels that numba compiles.

A `builder` appends instructions to the function that numba is compiling; values here are those that these instructions
will have, not numbers.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils

_FEATURES = llvm.get_host_cpu_features()

LANES = 16 if _FEATURES.get("avx512f") else 8 if _FEATURES.get("avx") else 4
"""Numbers in one vector register."""

REGISTERS = 32 if LANES == 16 or platform.machine() in {"aarch64", "arm64"} else 16
"""Vector registers of a core."""

FLOAT, INDEX, VECTOR = ir.FloatType(), ir.IntType(64), ir.VectorType(ir.FloatType(), LANES)
_NAME = f"v{LANES}f32"
_SECOND_CACHE = 2  # LLVM's degree of locality for it

Values = list[Any]


def loop(builder: Any, end: Any, step: Any, start: Values, body: Callable[[Any, Values], Values]) -> Values:
    """`sums = body(k, sums)` for k = 0, step, … below `end`, from `start`; the sums at the end."""
    before = builder.block
    head, inside, behind = (builder.append_basic_block(name) for name in ("head", "inside", "behind"))
    builder.branch(head)
    builder.position_at_end(head)
    k = phi(builder, (index(0), before))
    sums = [phi(builder, (value, before)) for value in start]
    builder.cbranch(builder.icmp_signed("<", k, end), inside, behind)
    builder.position_at_end(inside)
    for old, new in zip([k, *sums], [builder.add(k, step), *body(k, sums)], strict=True):
        old.add_incoming(new, builder.block)
    builder.branch(head)
    builder.position_at_end(behind)
    return sums


def along(builder: Any, m: Any, start: Values, body: Callable[[Any, Callable[[Any], Any], Values], Values]) -> Values:
    """`values = body(k, take, values)` for k = 0, LANES, … below m, from `start`. take(pointer): LANES numbers from
    pointer[k], 0 beyond m."""
    end = builder.and_(m, index(-LANES))
    values = loop(builder, end, index(LANES), start, lambda k, now: body(k, lambda p: load(builder, p, k, None), now))
    lanes = lanes_below(builder, builder.sub(m, end))
    before, is_left = builder.block, builder.icmp_signed("<", end, m)
    with builder.if_then(is_left):
        more = body(end, lambda p: load(builder, p, end, lanes), values)
        inside = builder.block
    return [phi(builder, (value, before), (last, inside)) for value, last in zip(values, more, strict=True)]


def multiply_add(builder: Any, us: Values, vs: Values, sums: Values) -> Values:
    """sums + u·v for all pairs, those of the first u first."""
    kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
    fmuladd = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fmuladd.{_NAME}")
    pairs = ((u, v) for u in us for v in vs)
    return [builder.call(fmuladd, [u, v, total]) for (u, v), total in zip(pairs, sums, strict=True)]


def total(builder: Any, vector: Any) -> Any:
    """The sum of a vector's lanes, in whatever order is quick."""
    kind = ir.FunctionType(FLOAT, [FLOAT, VECTOR])
    add = cgutils.get_or_insert_function(builder.module, kind, f"llvm.vector.reduce.fadd.{_NAME}")
    return builder.call(add, [ir.Constant(FLOAT, -0.0), vector], fastmath=("reassoc",))


def sizes(builder: Any, vector: Any) -> Any:
    """The absolute values of a vector's lanes."""
    kind = ir.FunctionType(VECTOR, [VECTOR])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.fabs.{_NAME}"), [vector])


def load(builder: Any, pointer: Any, at: Any, lanes: Any) -> Any:
    """LANES numbers from pointer[at]; 0 where `lanes`, if given, is false, and then memory is not touched."""
    place = builder.bitcast(builder.gep(pointer, [at]), VECTOR.as_pointer())
    if lanes is None:
        vector = builder.load(place)
        vector.align = 4
        return vector
    kind = ir.FunctionType(VECTOR, [place.type, ir.IntType(32), lanes.type, VECTOR])
    load = cgutils.get_or_insert_function(builder.module, kind, f"llvm.masked.load.{_NAME}.p0")
    return builder.call(load, [place, ir.Constant(ir.IntType(32), 4), lanes, zeros()])


def store(builder: Any, vector: Any, pointer: Any, at: Any, lanes: Any) -> None:
    """The reverse of `load`."""
    place = builder.bitcast(builder.gep(pointer, [at]), VECTOR.as_pointer())
    if lanes is None:
        builder.store(vector, place).align = 4
        return
    kind = ir.FunctionType(ir.VoidType(), [VECTOR, place.type, ir.IntType(32), lanes.type])
    store = cgutils.get_or_insert_function(builder.module, kind, f"llvm.masked.store.{_NAME}.p0")
    builder.call(store, [vector, place, ir.Constant(ir.IntType(32), 4), lanes])


def lanes_below(builder: Any, count: Any) -> Any:
    """Which lanes have a number below `count`."""
    numbers = ir.Constant(ir.VectorType(INDEX, LANES), list(range(LANES)))
    return builder.icmp_signed("<", numbers, everywhere(builder, count))


def everywhere(builder: Any, value: Any) -> Any:
    """A vector with `value` in all lanes."""
    empty, first = ir.Constant(ir.VectorType(value.type, LANES), ir.Undefined), ir.Constant(ir.IntType(32), 0)
    vector = builder.insert_element(empty, value, first)
    return builder.shuffle_vector(vector, vector, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))


def fetch(builder: Any, pointer: Any) -> None:
    """Ask for a cache line; harmless beyond the array."""
    byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
    prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    read, data = ir.Constant(number, 0), ir.Constant(number, 1)
    builder.call(prefetch, [builder.bitcast(pointer, byte), read, ir.Constant(number, _SECOND_CACHE), data])


def matrix(context: Any, builder: Any, signature: Any, args: Any, position: int) -> tuple[Any, Any]:
    """Pointer to an array argument's first number, and its last dimension."""
    array = context.make_array(signature.args[position])(context, builder, args[position])
    return array.data, cgutils.unpack_tuple(builder, array.shape)[-1]


def pointers(builder: Any, data: Any, first: Any, m: Any, count: int) -> Values:
    """Pointers to `count` rows of m numbers, from row `first`."""
    return [builder.gep(data, [builder.mul(builder.add(first, index(i)), m)]) for i in range(count)]


def phi(builder: Any, *incoming: tuple[Any, Any]) -> Any:
    """A value that depends on the block from which control came: (value, block) pairs."""
    phi = builder.phi(incoming[0][0].type)
    for value, block in incoming:
        phi.add_incoming(value, block)
    return phi


def index(value: int) -> Any:
    """A constant as an index."""
    return ir.Constant(INDEX, value)


def zeros() -> Any:
    """A vector of zeros."""
    return ir.Constant(VECTOR, [0.0] * LANES)
