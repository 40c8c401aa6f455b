"""Which data are open, and which are to be: a waiting run's, those somebody asked for, or the document's."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from aestudio.library.lane import Lane
from aestudio.qt.builder.document import Document
from aestudio.qt.running.background import Background
from aestudio.qt.running.loader import Opened, fitting, opening
from aestudio.qt.running.trainer import State, Trainer
from aestudio.spec.run import DataSpec

_SETTLE_MS = 400
_FIT_MS = 700  # after the data are there: what is pressed at once must not share the processor with the fit


@dataclass(frozen=True)
class Launch:
    """What is to begin as soon as its data are there: these lanes, or the document as it then stands."""

    lanes: tuple[Lane, ...] = ()
    paused: bool = False


class Supply(QObject):
    """Opens one set of data at a time, and holds what is to begin with it.

    What is opened is told only if it is still wanted when it is there. While a run is under way its data
    stay open: what the document names meanwhile comes when the trainer is at rest.

    Args:
        document: names the data; those that somebody asked for are put into it once they are there.
        trainer: whose rest is waited for.
        parent: owner.
    """

    loading = Signal(float, str)
    loaded = Signal()  # loading is over, well or not
    waiting = Signal(bool)  # something is to begin, and its data are still on their way
    came = Signal(object)  # Opened: just what is wanted, to be taken by :meth:`keep`
    failed = Signal(str)

    def __init__(self, document: Document, trainer: Trainer, parent: QObject) -> None:
        super().__init__(parent)
        self.opened: Opened | None = None
        self.launch: Launch | None = None
        self._document, self._trainer = document, trainer
        self._asked: DataSpec | None = None  # by a person, and on its way
        self._coming: DataSpec | None = None
        self._pressing: DataSpec | None = None  # the document's, to be opened though figures are still taken
        self._refused: DataSpec | None = None  # the document's: failed or was cancelled, not tried again
        self._loader = Background(self)
        self._loader.told.connect(self.loading)
        self._loader.done.connect(self._on_done)
        self._loader.failed.connect(self._on_failed)
        self._fitter = Background(self)
        self._fit_soon = QTimer(self, singleShot=True, interval=_FIT_MS)
        self._fit_soon.timeout.connect(self._on_fit_soon)
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._soon.timeout.connect(self._provide)
        document.changed.connect(self._provide_soon)
        trainer.rested.connect(self._provide_soon)  # soon: what follows that run by itself comes first

    @Slot()
    def begin(self) -> None:
        """Bring in torch and the document's data, unless somebody has asked for data by now."""
        if self.opened is None:
            self._provide()

    def has(self, spec: DataSpec) -> bool:
        """Whether just these data are open."""
        return self.opened is not None and self.opened.spec == spec

    def ask(self, source: str, *, download: bool = False) -> None:
        """Open other data; the document names them once they are there."""
        self._asked = replace(self._document.spec.data, source=source, size=0, channels="auto")
        self._fetch(self._asked, download=download)

    def hurry(self) -> None:
        """Open what the document names now, though the figures of the last run may still be taken."""
        self._pressing, self._asked, self._refused = self._document.spec.data, None, None
        self._provide()

    def is_ready(self, launch: Launch) -> bool:
        """Whether it can begin at once: its data are open, and it need not wait for what was asked for."""
        return self.has(self._wanted(launch)) and (self._asked is None or bool(launch.lanes))

    def wait(self, launch: Launch | None) -> None:
        """Let this begin when its data are there, and with no others; None: nothing any more."""
        if launch:
            self._refused = None
            if launch.lanes:
                self._asked = None
        self._await(launch)
        self._provide()

    def keep(self, opened: Opened) -> Launch | None:
        """These are open from now on. Gives what has waited for them."""
        self.opened, launch = opened, self.launch
        self._await(None)
        self._fit_soon.start()
        return launch

    def rest(self) -> None:
        """A run begins on the open data: no others are to come."""
        self._soon.stop()
        self._fit_soon.stop()
        self._asked, self._pressing = None, None
        self._await(None)
        self._drop()

    def cancel(self) -> bool:
        """Give up what is on its way, and what waits for it; False where nothing is."""
        if self._coming is None:
            return False
        self._refuse(self._coming)
        self._await(None)
        self._drop()
        self._soon.start()
        return True

    def close(self) -> None:
        """Open nothing any more, and wait for what is under way."""
        self._soon.stop()
        self._fit_soon.stop()
        self._loader.close()
        self._fitter.close()

    def _wanted(self, launch: Launch | None) -> DataSpec:
        if launch and launch.lanes:
            return launch.lanes[0].run.data
        return self._asked or self._document.spec.data

    @Slot()
    def _provide_soon(self) -> None:
        self._soon.start()

    @Slot()
    def _provide(self) -> None:
        """Open what is wanted, unless it is open, on its way or has been refused."""
        self._soon.stop()
        if self._asked:
            return
        wanted = self._wanted(self.launch)
        if self.has(wanted):
            self._refused = None
            self._drop()
            if self.opened and self.launch:
                self.came.emit(self.opened)  # the document waits to begin, and is back at what is open
        elif self.launch is None and not self._trainer.is_at_rest and wanted != self._pressing:
            self._drop()
        elif wanted not in (self._coming, self._refused):
            self._refused = None
            self._fetch(wanted)

    def _fetch(self, spec: DataSpec, *, download: bool = False) -> None:
        self._coming = spec
        self.loading.emit(0.0, f"opening {spec.source}")
        self._loader.start(opening(spec, download=download))

    def _refuse(self, spec: DataSpec | None) -> None:
        """What was asked for is forgotten; what the document names still is wanted, but not by itself."""
        if spec != self._asked:
            self._refused = spec
        self._asked = None

    def _drop(self) -> None:
        if self._coming:
            self._coming = None
            self._loader.cancel()
            self.loaded.emit()

    def _await(self, launch: Launch | None) -> None:
        if launch != self.launch:
            self.launch = launch
            self.waiting.emit(launch is not None)

    @Slot(object)
    def _on_done(self, opened: Opened) -> None:
        self._coming = None
        self.loaded.emit()
        if opened.spec == self._asked:
            self._asked = None
            self._put_into_document(opened)
        if opened.spec == self._wanted(self.launch):
            self.came.emit(opened)
        else:
            self._provide()  # the document has changed since

    def _put_into_document(self, opened: Opened) -> None:
        """Only what was asked for: the rest may have been edited while it was on its way."""
        run, asked = self._document.spec, opened.spec
        data = replace(run.data, source=asked.source, size=asked.size, channels=asked.channels)
        self._document.edit(f"Open {opened.data.name}", replace(run, data=data))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        spec, self._coming = self._coming, None
        self.loaded.emit()
        if spec != self._wanted(self.launch):
            self._provide()  # nobody wants it any more
            return
        self._refuse(spec)
        self._await(None)
        self.failed.emit(sentence)
        self._soon.start()

    @Slot()
    def _on_fit_soon(self) -> None:
        if self.opened is not None and self._trainer.state is State.IDLE:
            self._fitter.start(fitting(self.opened.data))
