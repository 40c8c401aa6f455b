"""What is known of a race while it is on: the latest pictures, codes and losses of each lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aestudio.library.curves import LossCurves
from aestudio.library.lane import Lane
from aestudio.qt.drawing.racers import Curve, Racer
from aestudio.training.events import Event, FloorsKnown, Pictures, Scatter, Snapshot, Started

Floats = NDArray[np.float32]


@dataclass
class _Lane:
    racer: Racer
    batch: int
    losses: LossCurves = field(default_factory=LossCurves)
    started: Started | None = None
    last: Snapshot | None = None
    pictures: Pictures | None = None
    scatter: Scatter | None = None


class LiveRace:
    """Collects the events of all lanes, and gives them as the views draw them."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.lanes = {
            lane.run_id: _Lane(Racer(lane.run_id, lane.name or lane.run.name, i), lane.run.training.batch)
            for i, lane in enumerate(lanes)
        }
        self._floors: dict[str, float] = {}

    @property
    def floors(self) -> list[tuple[str, float]]:
        """PCA's error at each code size of the race."""
        return list(self._floors.items())

    def note(self, event: Event) -> None:
        """Remember what an event tells of its lane."""
        lane = self.lanes.get(event.run_id)
        if lane is None:
            return
        if isinstance(event, Started):
            lane.started = event
        elif isinstance(event, FloorsKnown) and lane.started:
            self._floors[f"PCA of {int(np.prod(lane.started.code_shape))}"] = event.pca_mse
        elif isinstance(event, Snapshot):
            lane.losses.add(event.curves)
            lane.last = event
            lane.pictures = event.pictures or lane.pictures
            lane.scatter = event.scatter or lane.scatter

    def pictures(self) -> tuple[list[Racer], Floats, Floats]:
        """The lanes that show the same images as the first, those images, and each lane's, as in the grid."""
        shown = [(lane.racer, lane.pictures) for lane in self.lanes.values() if lane.pictures]
        if not shown:
            nothing = np.zeros((0, 1, 1, 1), np.float32)
            return [], nothing, nothing[None]
        first = shown[0][1]
        same = [(racer, one) for racer, one in shown if np.array_equal(one.pins, first.pins)]
        return [racer for racer, _ in same], first.clean, np.stack([one.reconstructed for _, one in same])

    def curves(self) -> list[Curve]:
        """Each lane's losses so far."""
        return [_curve(lane) for lane in self.lanes.values()]

    def scatters(
        self,
    ) -> tuple[list[Racer], list[Floats], list[tuple[str, str]], NDArray[np.int64] | None]:
        """Each lane's codes, their axes, and the classes."""
        ready = [(lane.racer, lane.scatter) for lane in self.lanes.values() if lane.scatter]
        labels = ready[0][1].labels if ready else None
        return [r for r, _ in ready], [s.points for _, s in ready], [s.axes for _, s in ready], labels


def _curve(lane: _Lane) -> Curve:
    told = lane.losses.told()
    per_epoch = lane.started.steps_per_epoch if lane.started else 1
    each = lane.last.seconds / max(lane.last.step, 1) if lane.last else 0.0
    return Curve(
        lane.racer, told.steps.astype(np.float64), told.mse.astype(np.float64), per_epoch, lane.batch, each
    )
