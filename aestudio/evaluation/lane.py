"""One run that is kept while it trains: its engine, its folder and its state, as one generator of events."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from aestudio.data.card import content_hash, data_facts
from aestudio.data.dataset import Dataset
from aestudio.evaluation.experiment import experiment
from aestudio.library.card import CARD, Card, new_card, read_card
from aestudio.library.film import read_moment
from aestudio.library.folder import make_folder, write_spec
from aestudio.library.keeper import Keeper
from aestudio.library.kept import KeptRun
from aestudio.library.lane import Lane
from aestudio.library.workspace import Workspace
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec
from aestudio.training.events import Event, Kept, NotKept, Wanted
from aestudio.training.train import nothing_wanted

_PINS = 12


def new_lane(run: RunSpec, folder: Path, data: Dataset, *, name: str = "", group: str = "") -> Lane:
    """A run whose new folder is made at once; ``name`` and ``group`` go on its card.

    Raises
    ------
    UserError
        the folder is there already, or cannot be written.
    """
    return _settled(Lane(run, folder=folder, name=name, group=group), data)


def drive(
    lane: Lane,
    data: Dataset,
    *,
    device: torch.device,
    ask: Callable[[], Wanted] = nothing_wanted,
    abandoned: Callable[[], bool] = lambda: False,
) -> Generator[Event, None, None]:
    """The lane's events, each written to its folder as it comes.

    A run that was to be a new one of a workspace is trained even where it cannot be kept; that is told.

    Raises
    ------
    UserError
        somebody else holds its folder, its state is damaged, or training failed.
    """
    driven = partial(experiment, lane.run, data, device=device, abandoned=abandoned, run_id=lane.run_id)
    try:
        lane = _settled(lane, data)
    except UserError as error:
        if lane.folder:
            raise
        yield NotKept(lane.run_id, str(error))
    if lane.folder is None:
        yield from driven(ask=ask)
        return
    if lane.resume:
        refuse_other_data(read_card(lane.folder), data)
    with Keeper(lane.folder, first_pins(data)) as keeper:
        yield Kept(lane.run_id, lane.folder)
        state = keeper.resumed() if lane.resume else None
        yield from keeper.keep(driven(ask=keeper.asking(ask), resume=state, weights=_weights(lane)))


def _settled(lane: Lane, data: Dataset) -> Lane:
    """The lane with a folder of its own, made where there was none."""
    folder = lane.folder
    if folder is None and lane.workspace:
        folder = Workspace(lane.workspace).open().new_folder(lane.name or lane.run.name)
    if folder is None or (folder / CARD).exists():
        return replace(lane, folder=folder)
    facts = {**data_facts(data), "source": lane.run.data.source}
    card = new_card(lane.run, lane.name, id=lane.run_id, group=lane.group, data=facts)
    if lane.start:
        card = replace(card, parent=read_card(lane.start[0]).id, parent_step=lane.start[1])
    make_folder(folder, lane.run, card)
    return replace(lane, folder=folder)


def _weights(lane: Lane) -> Mapping[str, NDArray[Any]] | None:
    return read_moment(*lane.start) if lane.start and not lane.resume else None


def first_pins(data: Dataset) -> tuple[int, ...]:
    """Test images to look at where nobody chose any: the first of each class, then the first of all."""
    count = min(_PINS, len(data.test))
    firsts: list[int] = []
    if data.labels is not None:
        _, places = np.unique(data.labels[data.test].cpu().numpy(), return_index=True)
        firsts = [int(place) for place in places[:count]]
    others = (i for i in range(len(data.test)) if i not in firsts)
    return (*firsts, *(next(others) for _ in range(count - len(firsts))))


def resumed_lane(kept: KeptRun, data: Dataset, run: RunSpec | None = None) -> Lane:
    """A kept run that goes on in its folder, to the end that ``run`` says, else to its own.

    Raises
    ------
    UserError
        the data are not those that it was trained on, or its spec cannot be written.
    """
    refuse_other_data(kept.card, data)
    if run is not None and run != kept.run:
        write_spec(kept.folder, run)
    return Lane(run or kept.run, kept.id, kept.folder, resume=True, group=kept.card.group)


def refuse_other_data(card: Card, data: Dataset) -> None:
    """Raise UserError where a run was trained on other data than these, by the hash of their content."""
    before, now = card.data.get("content_hash"), f"sha256:{content_hash(data)}"
    if before not in (None, now):
        theirs = card.data.get("name", "other data")
        theirs = f"another {theirs}" if theirs == data.name else theirs
        raise UserError(f"{card.name} was trained on {theirs}, not on the open {data.name}; open those")
