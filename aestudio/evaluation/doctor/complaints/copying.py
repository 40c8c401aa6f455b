"""It copies its input."""

from __future__ import annotations

import math
from functools import partial

from aestudio.evaluation.doctor.evidence import Evidence, Finding, Mend
from aestudio.evaluation.doctor.mends import add_noise, narrower
from aestudio.evaluation.doctor.registry import complaint

IDENTITY = 0.9
"""R² on scrambled images. On MNIST a net that copies has .999, with noise .25, with an L1 penalty .38."""
NEXT_TO_NOTHING = 0.01
"""Error over the mean image's, while the run goes on and nothing but its size could hold it back."""
SIGMA = 0.3


@complaint("copying", rank=70)
def look(e: Evidence) -> Finding | None:
    """Images made of other images' pixels pass through it unchanged: it knows nothing of its data.

    A code as large as the image, with nothing else in its way, can be the identity (Goodfellow, Bengio and
    Courville 2016, section 14.2; Vincent et al. 2010, section 2.3; Alain and Bengio 2014 on why noise helps).
    """
    evidence = _told_at_the_end(e) if e.measured else _told_so_far(e)
    if not evidence:
        return None
    label, mend = _mend(e)
    return Finding(
        kind="copying",
        title="Copying its input",
        what="It passes on anything, like its data or not: the error is small because there is room to copy,"
        " and nothing was learnt about the data.",
        evidence=(evidence, f"code of {_size(e)} numbers for {math.prod(e.shape)} pixels"),
        mend_label=label,
        mend=mend,
    )


def _size(e: Evidence) -> int:
    return math.prod(next((row.out_shape for row in e.rows if row.role == "code"), ()))


def _told_at_the_end(e: Evidence) -> str:
    identity = e.figure("identity")
    if identity is None or identity < IDENTITY:
        return ""
    return f"R² on scrambled images {identity:.3f} (from {IDENTITY} on it copies, 0 knows only its data)"


def _told_so_far(e: Evidence) -> str:
    free = not e.run.corruptions and not e.run.penalties and _size(e) >= math.prod(e.shape)
    if not free or e.error is None or e.floors is None:
        return ""
    share = e.error / max(e.floors.mean_mse, 1e-12)
    if share >= NEXT_TO_NOTHING:
        return ""
    return f"{share:.2%} of the mean image's error is left (below {NEXT_TO_NOTHING:.0%} it copies)"


def _mend(e: Evidence) -> tuple[str, Mend]:
    if not e.run.corruptions:
        return f"Add noise σ {SIGMA}", partial(add_noise, SIGMA)
    if hasattr(e.run.model.bottleneck, "size"):
        size = max(2, math.prod(e.shape) // 16)
        return f"Use a code of {size}", partial(narrower, size)
    return f"Raise the noise to σ {2 * SIGMA}", partial(add_noise, 2 * SIGMA)
