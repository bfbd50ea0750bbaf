"""The inner loops of matrix products on the CPU, in vector instructions that are spelled out.

numba's compiler finds vectors in a loop over one sum, but not the blocks of sums that keep a core's arithmetic busy,
nor when to fetch the next rows of a matrix that is larger than the cache. Two blocks are written here in LLVM's own
language: `dots`, sums along the rows of two matrices, and `combine`, sums of rows. Each holds SAMPLES × BLOCK vectors
of sums in registers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_FEATURES = llvm.get_host_cpu_features()

LANES = 16 if _FEATURES.get("avx512f") else 8 if _FEATURES.get("avx") else 4
"""Numbers in one vector register."""

SAMPLES = 5
"""Samples whose sums a block holds: mini-batches of this field have ten, or few more."""

BLOCK = 2 if LANES == 8 else 4
"""Vectors of sums for each sample; AVX without AVX-512 has half as many registers."""

_FLOAT, _INDEX, _VECTOR = ir.FloatType(), ir.IntType(64), ir.VectorType(ir.FloatType(), LANES)
_NAME = f"v{LANES}f32"
_SECOND_CACHE = 2  # LLVM's degree of locality for it

_Values = list[Any]


@intrinsic  # type: ignore[untyped-decorator]
def dots(typing: Any, w: Any, row: Any, x: Any, sample: Any, sums: Any) -> tuple[Any, Callable[..., Any]]:
    """sums[i·SAMPLES + j] = Σₖ w[row + i, k]·x[sample + j, k] for i < BLOCK, j < SAMPLES. Fetches, meanwhile, the next
    BLOCK rows of w. w: (n, m), x: (B, m), C-contiguous float32; sums: as many float32."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        (w_data, m), (x_data, _), (out, _) = (_matrix(context, builder, signature, args, i) for i in (0, 2, 4))
        rows = _pointers(builder, w_data, args[1], m, BLOCK)
        samples = _pointers(builder, x_data, args[3], m, SAMPLES)
        ahead = builder.mul(m, _index(BLOCK))

        def add(k: Any, load: Callable[[Any, Any], Any], sums: _Values) -> _Values:
            for pointer in rows:
                _fetch(builder, builder.gep(pointer, [builder.add(k, ahead)]))
            us, vs = [load(pointer, k) for pointer in rows], [load(pointer, k) for pointer in samples]
            return _multiply_add(builder, us, vs, sums)

        vectors = _sums_along(builder, m, add)
        for i, vector in enumerate(vectors):
            builder.store(_total(builder, vector), builder.gep(out, [_index(i)]))
        return context.get_dummy_value()

    return types.void(w, types.intp, x, types.intp, sums), generate


def _combine(vectors: int, *, masked: bool) -> Any:
    """Makes `combine`: sums over `vectors` vectors of columns; masked: one vector, whose end may lie beyond a row's."""

    @intrinsic  # type: ignore[untyped-decorator]
    def combine(typing: Any, d: Any, sample: Any, w: Any, column: Any, y: Any) -> tuple[Any, Callable[..., Any]]:
        """y[sample + j, column + i] = Σₖ d[sample + j, k]·w[k, column + i] for j < SAMPLES and i < vectors·LANES.
        d: (B, n) of any strides, w: (n, m), y: (B, m), C-contiguous, all float32."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            (w_data, m), (y_data, _) = (_matrix(context, builder, signature, args, i) for i in (2, 4))
            numbers = _Strided(context, builder, signature.args[0], args[0], args[1])
            lanes = _lanes_below(builder, builder.sub(m, args[3])) if masked else None
            columns = [builder.add(args[3], _index(LANES * i)) for i in range(vectors)]

            def add(k: Any, sums: _Values) -> _Values:
                start = builder.mul(k, m)
                us = [_load(builder, w_data, builder.add(start, c), lanes) for c in columns]
                return _multiply_add(builder, us, [numbers.everywhere(j, k) for j in range(SAMPLES)], sums)

            result = _loop(builder, numbers.count, _index(1), [_zeros()] * (vectors * SAMPLES), add)
            for number, vector in enumerate(result):
                i, j = divmod(number, SAMPLES)
                place = builder.add(builder.mul(builder.add(args[1], _index(j)), m), columns[i])
                _store(builder, vector, y_data, place, lanes)
            return context.get_dummy_value()

        return types.void(d, types.intp, w, types.intp, y), generate

    return combine


combine = _combine(BLOCK, masked=False)
combine_end = _combine(1, masked=True)


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
        offset = b.add(b.mul(b.add(self.sample, _index(j)), self.per_sample), b.mul(k, self.per_number))
        number = b.load(b.bitcast(b.gep(self.data, [offset]), _FLOAT.as_pointer()))
        first = b.insert_element(ir.Constant(_VECTOR, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
        return b.shuffle_vector(first, first, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))


def _sums_along(builder: Any, m: Any, add: Callable[..., _Values]) -> _Values:
    """The sums over k < m, LANES at a time; the last ones, if m is no multiple of LANES, by a masked step."""

    def whole(pointer: Any, k: Any) -> Any:
        return _load(builder, pointer, k, None)

    end = builder.and_(m, _index(-LANES))
    zeros = [_zeros()] * (BLOCK * SAMPLES)
    sums = _loop(builder, end, _index(LANES), zeros, lambda k, sums: add(k, whole, sums))
    lanes = _lanes_below(builder, builder.sub(m, end))

    def rest(pointer: Any, k: Any) -> Any:
        return _load(builder, pointer, k, lanes)

    before, is_left = builder.block, builder.icmp_signed("<", end, m)
    with builder.if_then(is_left):
        more, inside = add(end, rest, sums), builder.block
    return [_phi(builder, (vector, before), (longer, inside)) for vector, longer in zip(sums, more, strict=True)]


def _loop(builder: Any, end: Any, step: Any, start: _Values, body: Callable[[Any, _Values], _Values]) -> _Values:
    """`sums = body(k, sums)` for k = 0, step, … below `end`, from `start`; the sums at the end."""
    before = builder.block
    head, inside, behind = (builder.append_basic_block(name) for name in ("head", "inside", "behind"))
    builder.branch(head)
    builder.position_at_end(head)
    k = _phi(builder, (_index(0), before))
    sums = [_phi(builder, (value, before)) for value in start]
    builder.cbranch(builder.icmp_signed("<", k, end), inside, behind)
    builder.position_at_end(inside)
    for phi, value in zip([k, *sums], [builder.add(k, step), *body(k, sums)], strict=True):
        phi.add_incoming(value, builder.block)
    builder.branch(head)
    builder.position_at_end(behind)
    return sums


def _multiply_add(builder: Any, us: _Values, vs: _Values, sums: _Values) -> _Values:
    """sums + u·v for all pairs, those of the first u first."""
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    fmuladd = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fmuladd.{_NAME}")
    pairs = ((u, v) for u in us for v in vs)
    return [builder.call(fmuladd, [u, v, total]) for (u, v), total in zip(pairs, sums, strict=True)]


def _total(builder: Any, vector: Any) -> Any:
    """The sum of a vector's lanes, in whatever order is quick."""
    kind = ir.FunctionType(_FLOAT, [_FLOAT, _VECTOR])
    add = cgutils.get_or_insert_function(builder.module, kind, f"llvm.vector.reduce.fadd.{_NAME}")
    return builder.call(add, [ir.Constant(_FLOAT, -0.0), vector], fastmath=("reassoc",))


def _load(builder: Any, pointer: Any, index: Any, lanes: Any) -> Any:
    """LANES numbers from pointer[index]; 0 where `lanes`, if given, is false, and then memory is not touched."""
    place = builder.bitcast(builder.gep(pointer, [index]), _VECTOR.as_pointer())
    if lanes is None:
        vector = builder.load(place)
        vector.align = 4
        return vector
    kind = ir.FunctionType(_VECTOR, [place.type, ir.IntType(32), lanes.type, _VECTOR])
    load = cgutils.get_or_insert_function(builder.module, kind, f"llvm.masked.load.{_NAME}.p0")
    return builder.call(load, [place, ir.Constant(ir.IntType(32), 4), lanes, _zeros()])


def _store(builder: Any, vector: Any, pointer: Any, index: Any, lanes: Any) -> None:
    """The reverse of `_load`."""
    place = builder.bitcast(builder.gep(pointer, [index]), _VECTOR.as_pointer())
    if lanes is None:
        builder.store(vector, place).align = 4
        return
    kind = ir.FunctionType(ir.VoidType(), [_VECTOR, place.type, ir.IntType(32), lanes.type])
    store = cgutils.get_or_insert_function(builder.module, kind, f"llvm.masked.store.{_NAME}.p0")
    builder.call(store, [vector, place, ir.Constant(ir.IntType(32), 4), lanes])


def _lanes_below(builder: Any, count: Any) -> Any:
    """Which lanes have a number below `count`."""
    kind = ir.VectorType(_INDEX, LANES)
    first = builder.insert_element(ir.Constant(kind, ir.Undefined), count, ir.Constant(ir.IntType(32), 0))
    counts = builder.shuffle_vector(first, first, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))
    return builder.icmp_signed("<", ir.Constant(kind, list(range(LANES))), counts)


def _fetch(builder: Any, pointer: Any) -> None:
    """Ask for a cache line; harmless beyond the array."""
    byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
    prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    read, data = ir.Constant(number, 0), ir.Constant(number, 1)
    builder.call(prefetch, [builder.bitcast(pointer, byte), read, ir.Constant(number, _SECOND_CACHE), data])


def _matrix(context: Any, builder: Any, signature: Any, args: Any, position: int) -> tuple[Any, Any]:
    """Pointer to an array argument's first number, and its last dimension."""
    array = context.make_array(signature.args[position])(context, builder, args[position])
    return array.data, cgutils.unpack_tuple(builder, array.shape)[-1]


def _pointers(builder: Any, data: Any, first: Any, m: Any, count: int) -> _Values:
    """Pointers to `count` rows of m numbers, from row `first`."""
    return [builder.gep(data, [builder.mul(builder.add(first, _index(i)), m)]) for i in range(count)]


def _phi(builder: Any, *incoming: tuple[Any, Any]) -> Any:
    """A value that depends on the block from which control came: (value, block) pairs."""
    phi = builder.phi(incoming[0][0].type)
    for value, block in incoming:
        phi.add_incoming(value, block)
    return phi


def _index(value: int) -> Any:
    return ir.Constant(_INDEX, value)


def _zeros() -> Any:
    return ir.Constant(_VECTOR, [0.0] * LANES)
