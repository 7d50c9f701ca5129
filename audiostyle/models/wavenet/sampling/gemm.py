"""A matrix product for thin matrices whose results stay in the processor's registers.

Sampling multiplies a few rows (streams) by many small weight matrices, one after the other.  General
libraries pack, thread and dispatch for matrices a hundred times as large; with a dozen rows they reach a
fraction of the processor's speed.

The weights are packed beforehand into panels of a few columns, so that they are read in order.  A tile of
``rows`` × 8 ``vectors`` results is kept in registers while the common dimension passes by: for every step of
it ``vectors`` loads of weights, ``rows`` broadcasts, and a fused multiply-add for each pair.  A result is the
same sum in the same order whatever the tile, so one stream alone and one of many are equal to the last bit.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from audiostyle.compilation import njit

ROWS = 6
"""Streams in a tile; with two vectors, 12 of AVX2's 16 registers hold results."""

_LANES = 8  # float32 in a register
_FLOAT, _INT = ir.FloatType(), ir.IntType(64)
_VECTOR = ir.VectorType(_FLOAT, _LANES)
# Vectors in a tile of ROWS rows, and in one of a single row, which needs more of them: a multiply-add takes
# several cycles, in which others must not have to wait for its result.
_VECTORS, _VECTORS_ALONE = 2, 8


def get_panel_width(streams: int) -> int:
    """Return how many columns the panels of weights have for that number of streams.

    Example:
        >>> get_panel_width(1), get_panel_width(12)
        (64, 16)
    """
    return _LANES * (_VECTORS_ALONE if streams == 1 else _VECTORS)


def pack_panels(weights: np.ndarray, width: int) -> np.ndarray:
    """Cut matrices (…, K, M) into float32 panels of ``width`` columns, (…, M / width, K, width).

    Example:
        >>> pack_panels(np.ones((3, 32)), 16).shape
        (2, 3, 16)
    """
    *lead, depth, columns = weights.shape
    panels = weights.reshape(*lead, depth, columns // width, width)
    return np.ascontiguousarray(np.moveaxis(panels, -2, -3), dtype=np.float32)


@intrinsic(prefer_literal=True)
def _tile(typing, out, out_at, out_row, start, start_at, start_row, x, x_at, x_row, w, w_at, w_row, depth,
          rows, vectors):  # fmt: skip
    """Compute out = start + x · w for one tile of arrays, given their first elements and row strides."""
    signature = types.void(
        out, out_at, out_row, start, start_at, start_row, x, x_at, x_row, w, w_at, w_row, depth, rows, vectors
    )
    tile = _Tile(rows.literal_value, vectors.literal_value)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values = [
            context.make_array(kind)(context, builder, value).data
            if isinstance(kind, types.Array)
            else context.cast(builder, value, kind, types.int64)
            for kind, value in zip(signature.args[:-2], arguments[:-2], strict=True)
        ]
        tile.build(builder, *values)
        return context.get_dummy_value()

    return signature, generate


class _Tile:
    """The LLVM instructions that compute one tile."""

    def __init__(self, rows: int, vectors: int) -> None:
        self.places = [(row, vector) for row in range(rows) for vector in range(vectors)]
        self.rows, self.vectors = rows, vectors

    def build(
        self, b: Any, out: Any, out_at: Any, out_row: Any, start: Any, start_at: Any, start_row: Any,
        x: Any, x_at: Any, x_row: Any, w: Any, w_at: Any, w_row: Any, depth: Any,
    ) -> None:  # fmt: skip
        fma = cgutils.get_or_insert_function(
            b.module, ir.FunctionType(_VECTOR, [_VECTOR] * 3), f"llvm.fma.v{_LANES}f32"
        )
        sums = {place: cgutils.alloca_once(b, _VECTOR) for place in self.places}
        for row, vector in self.places:
            b.store(_load(b, start, _at(b, start_at, start_row, row, vector)), sums[row, vector])
        with cgutils.for_range(b, depth, intp=_INT) as loop:
            first = b.add(w_at, b.mul(loop.index, w_row))
            weights = [_load(b, w, _at(b, first, w_row, 0, vector)) for vector in range(self.vectors)]
            for row in range(self.rows):
                place = b.add(_at(b, x_at, x_row, row, 0), loop.index)
                value = _broadcast(b, b.load(b.gep(x, [place])))
                for vector, weight in enumerate(weights):
                    total = sums[row, vector]
                    b.store(b.call(fma, [value, weight, b.load(total)]), total)
        for row, vector in self.places:
            place = _at(b, out_at, out_row, row, vector)
            b.store(b.load(sums[row, vector]), _pointer(b, out, place)).align = 4


def _at(b: Any, first: Any, stride: Any, row: int, vector: int) -> Any:
    return b.add(b.add(first, b.mul(stride, _INT(row))), _INT(_LANES * vector))


def _pointer(b: Any, base: Any, place: Any) -> Any:
    return b.bitcast(b.gep(base, [place]), _VECTOR.as_pointer())


def _load(b: Any, base: Any, place: Any) -> Any:
    loaded = b.load(_pointer(b, base, place))
    loaded.align = 4
    return loaded


def _broadcast(b: Any, value: Any) -> Any:
    undefined, int32 = ir.Constant(_VECTOR, ir.Undefined), ir.IntType(32)
    one = b.insert_element(undefined, value, int32(0))
    return b.shuffle_vector(one, undefined, ir.Constant(ir.VectorType(int32, _LANES), [0] * _LANES))


@njit(nogil=True)
def gemm(out: np.ndarray, start: np.ndarray, x: np.ndarray, w: np.ndarray) -> None:
    """Compute out = start + x · w, float32.

    Args:
        out, start: (streams, M), may be the same array.
        x: (streams, K); streams are 1, or a multiple of :data:`ROWS`.
        w: (M / width, K, width), as :func:`pack_panels` returns them for that number of streams.

    Rows may lie apart in memory, the columns of a row may not: slices of columns will do.

    Example:
        >>> x, weights = np.ones((ROWS, 3), np.float32), np.ones((3, 16))
        >>> out = np.zeros((ROWS, 16), np.float32)
        >>> gemm(out, out, x, pack_panels(weights, 16))
        >>> float(out.min()), float(out.max())
        (3.0, 3.0)
    """
    streams, depth = x.shape
    panels, _, width = w.shape
    flat = w.reshape(-1)
    out_row, start_row, x_row = out.strides[0] // 4, start.strides[0] // 4, x.strides[0] // 4
    for panel in range(panels):
        column, w_at = panel * width, panel * depth * width
        if streams == 1:
            _tile(  # type: ignore[call-arg]  # numba gives the first argument itself
                out, column, out_row, start, column, start_row,
                x, 0, x_row, flat, w_at, width, depth, 1, _VECTORS_ALONE,
            )  # fmt: skip
        else:
            for row in range(0, streams, ROWS):
                _tile(  # type: ignore[call-arg]
                    out, row * out_row + column, out_row, start, row * start_row + column, start_row,
                    x, row * x_row, x_row, flat, w_at, width, depth, ROWS, _VECTORS,
                )  # fmt: skip
