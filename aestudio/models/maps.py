"""Arithmetic that layers on maps share: sizes under a sliding window, with errors that say what is right."""

from __future__ import annotations

from typing import Literal

from aestudio.spec.faults import ShapeError
from aestudio.spec.parts import Shape

Padding = Literal["same", "valid"]


def map_shape(shape: Shape) -> tuple[int, int, int]:
    """``shape`` as (channels, height, width); a vector is refused."""
    if len(shape) != 3:
        what = f"it needs a map, and receives a vector of {shape[0]}"
        raise ShapeError(what, "put a reshape layer before it, or use a dense layer")
    return shape


def pad_of(kernel: int, padding: Padding) -> int:
    """Zeros added on each side. Raises ShapeError for an even kernel with ``same`` padding."""
    if padding == "valid":
        return 0
    if kernel % 2 == 0:
        raise ShapeError(f"a kernel of {kernel} has no middle", f"use {kernel + 1}, or padding 'valid'")
    return kernel // 2


def window_shape(shape: Shape, filters: int, kernel: int, stride: int, pad: int) -> Shape:
    """The map that a window of ``kernel`` sees when it moves by ``stride`` over ``shape``."""
    _, *sides = map_shape(shape)
    out = [(side + 2 * pad - kernel) // stride + 1 for side in sides]
    if min(out) < 1 or min(sides) < stride:
        shown = f"{sides[0]} × {sides[1]}"
        what = f"window {kernel} and stride {stride} turn {shown} into nothing"
        raise ShapeError(what, "use a smaller window and stride 1, or remove a pooling layer above it")
    return (filters, *out)


def map_sizes(shape: Shape) -> dict[str, int]:
    """``shape`` as the named sizes of a reshape layer."""
    return dict(zip(("channels", "height", "width"), map_shape(shape), strict=True))


def extra_pixels(shape: Shape, start: Shape, kernel: int, stride: int, padding: Padding) -> int:
    """Rows and columns that a transposed convolution must add to lead from ``start`` back to ``shape``."""
    missing = {
        side - ((small - 1) * stride + kernel - 2 * pad_of(kernel, padding))
        for side, small in zip(shape[1:], start[1:], strict=True)
    }
    if len(missing) > 1:
        raise ShapeError(
            f"{shape[1]} × {shape[2]} cannot be mirrored", "use even sides, or a decoder of its own"
        )
    return missing.pop()
