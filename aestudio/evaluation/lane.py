"""One run that is kept while it trains: its engine, its folder and its state, as one generator of events."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from aestudio.data.card import content_hash, data_facts
from aestudio.data.dataset import Dataset
from aestudio.evaluation.experiment import experiment
from aestudio.library.card import Card, new_card
from aestudio.library.folder import make_folder, write_spec
from aestudio.library.keeper import Keeper
from aestudio.library.kept import KeptRun
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec
from aestudio.training.events import Event, Wanted
from aestudio.training.train import nothing_wanted

_PINS = 12


@dataclass(frozen=True)
class Lane:
    """One run to be trained, alone or in a race.

    Parameters
    ----------
    run
        its spec.
    run_id
        the id that its events carry; of a kept run, the id on its card.
    folder
        where it is kept, or None.
    resume
        whether it goes on from the state in its folder.
    """

    run: RunSpec
    run_id: str
    folder: Path | None = None
    resume: bool = False


def new_lane(run: RunSpec, folder: Path, data: Dataset, **known: str) -> Lane:
    """A run that begins in a new folder; ``known`` goes on its card, such as ``name`` or ``group``.

    Raises
    ------
    UserError
        the folder is there already, or cannot be written.
    """
    facts = {**data_facts(data), "source": run.data.source}
    card: Card = replace(new_card(run, data=facts), **known)
    make_folder(folder, run, card)
    return Lane(run, card.id, folder)


def drive(
    lane: Lane,
    data: Dataset,
    *,
    device: torch.device,
    ask: Callable[[], Wanted] = nothing_wanted,
    abandoned: Callable[[], bool] = lambda: False,
) -> Generator[Event, None, None]:
    """The lane's events, each written to its folder as it comes.

    Raises
    ------
    UserError
        somebody else holds the folder, no state was kept there, or training failed.
    """
    if lane.folder is None:
        yield from experiment(lane.run, data, device=device, ask=ask, abandoned=abandoned, run_id=lane.run_id)
        return
    with Keeper(lane.folder, first_pins(data)) as keeper:
        state = keeper.resumed() if lane.resume else None
        yield from keeper.keep(
            experiment(
                lane.run,
                data,
                device=device,
                ask=keeper.asking(ask),
                abandoned=abandoned,
                run_id=lane.run_id,
                resume=state,
            )
        )


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
    before, now = kept.card.data.get("content_hash"), f"sha256:{content_hash(data)}"
    if before not in (None, now):
        what = f"{data.name} is not what {kept.card.name} was trained on (another content hash)"
        raise UserError(f"{what}; bring the old data back, or train it anew")
    if run is not None and run != kept.run:
        write_spec(kept.folder, run)
    return Lane(run or kept.run, kept.id, kept.folder, resume=True)
