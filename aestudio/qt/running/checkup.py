"""Asks the doctor about the run on view, at each epoch's end and at its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.library.curves import LossCurves
from aestudio.library.lane import Lane
from aestudio.qt.running.session import Session
from aestudio.spec.faults import SpecError
from aestudio.training.events import (
    EpochEnded,
    Event,
    Finished,
    FloorsKnown,
    LaneFailed,
    Measured,
    Snapshot,
    Started,
)

if TYPE_CHECKING:
    from aestudio.evaluation.doctor.evidence import Finding


@dataclass
class _Record:
    """What one lane has told so far."""

    curves: LossCurves = field(default_factory=LossCurves)
    epochs: list[EpochEnded] = field(default_factory=list[EpochEnded])
    steps: int = 0
    floors: FloorsKnown | None = None
    measured: Measured | None = None
    stage: str = "running"
    sentence: str = ""

    def note(self, event: Event) -> None:
        match event:
            case Started():
                self.steps = event.steps
            case Snapshot():
                self.curves.add(event.curves)
            case EpochEnded():
                self.epochs.append(event)
            case FloorsKnown():
                self.floors = event
            case Measured():
                self.measured = event
            case Finished():
                self.stage = event.reason
            case LaneFailed():
                self.stage, self.sentence = "failed", event.sentence
            case _:
                pass


class Checkup(QObject):
    """Collects the evidence of every lane and tells what ails the one on view.

    Args:
        session: whose runs are looked at, and whose document is mended.
        parent: owner.
    """

    found = Signal(object)  # tuple[Finding, ...], the gravest first; () while nothing ails it

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._records: dict[str, _Record] = {}
        session.began.connect(self._on_began)
        session.opened.connect(self._on_opened)
        session.reopened.connect(self.look)
        session.trainer.told.connect(self._on_told)
        session.trainer.failed.connect(self._on_failed)

    @Slot(object)
    def mend(self, finding: Finding) -> None:
        """Put a finding's mend into the document, as one step that can be undone."""
        document = self._session.document
        try:
            mended = finding.mend(document.spec)
        except SpecError as error:
            self._session.trouble.emit(str(error))
            return
        document.edit(finding.mend_label, mended)
        self._session.said.emit(f"{finding.mend_label}: done; train again to see what it does")

    @Slot()
    def look(self) -> None:
        """Look at the run on view now; one that was opened from disk has left no evidence."""
        from aestudio.evaluation.doctor.diagnose import diagnose
        from aestudio.evaluation.doctor.evidence import Evidence

        record, run, opened = (
            self._records.get(self._session.on_view),
            self._session.run,
            self._session.data,
        )
        if record is None or run is None or opened is None:
            self.found.emit(())
            return
        evidence = Evidence(
            run=run,
            shape=opened.data.shape,
            curves=record.curves.told(),
            epochs=record.epochs,
            steps=record.steps,
            floors=record.floors,
            measured=record.measured,
            stage=record.stage,  # type: ignore[arg-type]  # one of the four, by Finished
            sentence=record.sentence,
        )
        self.found.emit(diagnose(evidence))

    @Slot(object)
    def _on_began(self, lanes: tuple[Lane, ...]) -> None:
        self._records = {lane.run_id: _Record() for lane in lanes}
        self.found.emit(())

    @Slot()
    def _on_opened(self) -> None:
        self._records = {}
        self.found.emit(())

    @Slot(object)
    def _on_told(self, event: Event) -> None:
        record = self._records.get(event.run_id)
        if record is None:
            return
        record.note(event)
        tells = isinstance(event, EpochEnded | Measured | LaneFailed)
        if tells and event.run_id == self._session.on_view:
            self.look()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        record = self._records.get(self._session.trainer.focus)
        if record:
            record.stage, record.sentence = "failed", sentence
            self.look()
