"""The one door: whatever a spec names comes out as a :class:`Dataset`, or as one sentence on why not."""

from __future__ import annotations

import difflib
import itertools
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aestudio.data.dataset import Dataset
from aestudio.data.scale import scaled
from aestudio.data.source import NamedSource, Progress, Raw, file_sources, named_sources
from aestudio.data.split import Split, split
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from aestudio.spec.run import DataSpec


_SIBLINGS = 10_000  # names compared to guess what was meant; a folder may hold a million


@dataclass(frozen=True)
class Offer:
    """What a menu says about a source.

    Parameters
    ----------
    kind
        the name that a spec uses, for sources known by name.
    label
        what a person calls it.
    help
        one line that teaches.
    by_name
        True for ``mnist`` and its like, False for files that a person points to.
    here
        whether it can be opened now; ``missing`` says what to do where it cannot.
    missing
        one sentence, empty where the data are here.
    download_mb
        megabytes that :func:`fetch` would download, 0 where it cannot or need not.
    """

    kind: str
    label: str
    help: str
    by_name: bool
    here: bool = True
    missing: str = ""
    download_mb: int = 0


def sources() -> tuple[Offer, ...]:
    """Everything that can be opened: first what is known by name, then the kinds of files."""
    named = [_offer(source) for source in named_sources().values()]
    files = [Offer(s.kind, s.label, s.help, by_name=False) for s in file_sources()]
    return (*named, *files)


def fetch(kind: str, *, progress: Callable[[float, str], None]) -> None:
    """Download the data known as ``kind``, unless they came with the program; only because a person asked.

    ``progress`` gets the share done and what is being done; an exception from it cancels.

    Raises
    ------
    UserError
        there are no such data, they cannot be downloaded, or the download failed.
    """
    known = named_sources()
    named = known.get(kind.lower())
    if not named:
        offered = ", ".join(name for name, source in known.items() if source.download_mb)
        raise UserError(f"{kind!r} cannot be downloaded; what can is {offered}")
    named.fetch(progress)


def open_data(spec: DataSpec, *, progress: Callable[[float, str], None] | None = None) -> Dataset:
    """Read, split and check the data that ``spec`` names.

    ``progress`` gets the share done in [0, 1] and what is being done; an exception from it cancels.

    Raises
    ------
    UserError
        The data are missing, damaged, of another kind or too few.
    """
    try:
        raw = _load(spec, progress or _silent)
        return _dataset(raw, spec, split(len(raw.images), raw.labels, raw.given_test, spec))
    except (OSError, MemoryError) as fault:
        raise _as_sentence(spec.source, fault) from fault


def _offer(source: NamedSource) -> Offer:
    here = source.here()
    if here:
        return Offer(source.kind, source.label, source.help, by_name=True)
    missing, size = source.missing, source.download_mb
    return Offer(source.kind, source.label, source.help, True, here, missing, size)


def _silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""


def _load(spec: DataSpec, progress: Progress) -> Raw:
    if named := named_sources().get(spec.source.lower()):
        if not named.here():
            raise UserError(named.missing)
        return named.load(spec, progress)
    path = Path(spec.source).expanduser()
    if not spec.source or not path.exists():
        raise _nothing_there(spec.source, path)
    for source in file_sources():
        if (path.is_file() or path.is_dir()) and source.takes(path):  # a pipe would block when opened
            return source.load(path, spec, progress)
    raise UserError(f"{path} is of no kind known here; use {_kinds()}")


def _kinds() -> str:
    return ", or ".join(source.label for source in file_sources())


def _nothing_there(name: str, path: Path) -> UserError:
    near = difflib.get_close_matches(name.lower(), named_sources(), n=1)
    if not near and path.parent.is_dir():
        siblings = [p.name for p in itertools.islice(path.parent.iterdir(), _SIBLINGS)]
        near = [str(path.parent / s) for s in difflib.get_close_matches(path.name, siblings, n=1)]
    fix = (
        f"did you mean {near[0]}?"
        if near
        else f"use {', '.join(named_sources())} or an existing file or folder"
    )
    return UserError(f"there is no data set, file or folder {name!r}; {fix}")


def _as_sentence(source: str, fault: OSError | MemoryError) -> UserError:
    if isinstance(fault, MemoryError):
        return UserError(f"{source} does not fit in memory; choose a smaller size or close other programs")
    where = fault.filename or source
    if isinstance(fault, PermissionError):
        return UserError(
            f"{where} may not be read by you; change its permissions or copy it to your own folder"
        )
    return UserError(f"{where} could not be read ({fault.strerror or fault}); check the disk and try again")


def _dataset(raw: Raw, spec: DataSpec, parts: Split) -> Dataset:
    images, report = raw.images, replace(raw.report, notes=raw.report.notes + _unheard(raw.images, spec))
    if images.ndim == 2:
        images, notes = scaled(images, parts.train)
        report = replace(report, notes=report.notes + notes)
    return Dataset(
        name=raw.name,
        images=_tensor(images),
        labels=None if raw.labels is None else _tensor(_smallest(raw.labels)),
        classes=raw.classes,
        train=_tensor(parts.train),
        validation=_tensor(parts.validation),
        test=_tensor(parts.test),
        split_rule=parts.rule,
        report=report,
    )


def _unheard(images: np.ndarray, spec: DataSpec) -> tuple[str, ...]:
    """What was asked of the images that only pictures of a folder or zip are brought to."""
    channels = {"auto": 0, "grey": 1, "colour": 3}[spec.channels]
    asked = []
    if spec.size and images.shape[2:] != (spec.size, spec.size):
        asked.append(f"{spec.size} x {spec.size} pixels")
    if channels and images.shape[1] != channels:
        asked.append(spec.channels)
    is_left = "these data stay as they are: only a folder or zip of pictures is brought to"
    return (f"{is_left} {' and '.join(asked)}",) if asked else ()


def _smallest(labels: np.ndarray) -> np.ndarray:
    return labels.astype(np.uint8 if labels.max() < 256 else np.int64, copy=False)


def _tensor(array: np.ndarray) -> Tensor:
    import torch  # takes a second, so menus and forms must not wait for it

    with warnings.catch_warnings():
        # A map from disk is read-only. Nothing here writes to data, and a private writable map would be
        # counted against memory, which refuses the very data that are larger than memory.
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(array)
