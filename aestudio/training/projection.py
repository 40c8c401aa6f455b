"""Codes brought to the plane, with axes that stay put from one snapshot to the next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FIT_ON = 2_000  # enough for two axes: their direction moves by less than a pixel with more
_WIDE = 256  # longer codes are summarised by a random sketch first; an eigenproblem of 1,024 takes 0.3 s
_SPARE = 6  # directions in such a sketch beyond those wanted


class Projection:
    """PCA of the codes, or the codes themselves where they have one or two numbers.

    The axes are fitted anew now and then. Each keeps the order and sign of the one it most resembles, so that
    the picture does not flip between two snapshots.
    """

    def __init__(self) -> None:
        self.points: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        self._basis = self._mean = np.zeros((0, 0), np.float32)
        self._shares = (0.0, 0.0)

    def follow(self, codes: NDArray[np.float32], *, refit: bool) -> tuple[tuple[str, str], float | None]:
        """Project ``codes`` ``(n, k)`` (rows of NaN stay NaN) to :attr:`points` and name the axes.

        ``refit`` fits the axes anew. Returns their names and the share of the variance they explain, None
        where the code itself is shown.
        """
        if codes.shape[1] <= 2:
            self._mean = np.zeros(codes.shape[1], np.float32)
            self._basis = np.eye(codes.shape[1], 2, dtype=np.float32)
            self.points = self.project(codes)
            return ("z 1", "z 2" if codes.shape[1] == 2 else ""), None
        if refit or not self._basis.size:
            self._fit(codes[~np.isnan(codes[:, 0])])
        self.points = self.project(codes)
        names = tuple(f"PC {i + 1} ({share:.0%})" for i, share in enumerate(self._shares))
        return (names[0], names[1]), sum(self._shares)

    def project(self, codes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where codes ``(n, k)`` lie on the axes last fitted, ``(n, 2)``."""
        with np.errstate(invalid="ignore"):  # rows not yet encoded are NaN
            return ((codes - self._mean) @ self._basis).astype(np.float32)

    def lifted(self, points: NDArray[np.float32], codes: NDArray[np.float32]) -> NDArray[np.float32]:
        """The codes ``(n, k)`` that lie at ``points`` ``(n, 2)`` and are otherwise what ``codes`` are.

        The plane alone does not say what a longer code is: along all other axes it stays where it was.
        """
        return (codes + (points - self.project(codes)) @ self._basis.T).astype(np.float32)

    def _fit(self, codes: NDArray[np.float32]) -> None:
        sample = codes[:: max(1, len(codes) // _FIT_ON)]
        self._mean = sample.mean(axis=0)
        centred = sample - self._mean
        total = float(centred.var(axis=0).sum()) or 1.0
        basis = leading_axes(centred, 2)
        self._basis = _like(basis, self._basis) if self._basis.size else basis
        variances = (centred @ self._basis).var(axis=0)
        self._shares = (float(variances[0]) / total, float(variances[1]) / total)


def leading_axes(centred: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """The ``count`` directions of largest variance of ``(n, k)``, unit vectors ``(k, count)``."""
    k = centred.shape[1]
    if k <= max(_WIDE, count):
        return np.linalg.eigh(centred.T @ centred)[1][:, : -count - 1 : -1].astype(np.float32)
    # Halko et al. 2011, algorithm 4.4: two power iterations on a random sketch.
    width = min(count + _SPARE, k)
    sketch = centred.T @ (centred @ np.random.default_rng(0).standard_normal((k, width), np.float32))
    for _ in range(2):
        sketch = centred.T @ (centred @ np.linalg.qr(sketch)[0])
    q = np.linalg.qr(sketch)[0]
    return (q @ np.linalg.eigh(q.T @ centred.T @ centred @ q)[1][:, : -count - 1 : -1]).astype(np.float32)


def _like(basis: NDArray[np.float32], before: NDArray[np.float32]) -> NDArray[np.float32]:
    """``basis`` with its columns ordered and signed as in ``before``."""
    likeness = before.T @ basis
    if abs(likeness[0, 1]) + abs(likeness[1, 0]) > abs(likeness[0, 0]) + abs(likeness[1, 1]):
        basis, likeness = basis[:, ::-1], likeness[:, ::-1]
    return basis * np.where(np.diag(likeness) < 0, -1, 1).astype(np.float32)
