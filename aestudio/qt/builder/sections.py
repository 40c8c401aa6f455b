"""The sections below the hourglass, in the order in which a run goes through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from aestudio.qt.builder.document import Document
from aestudio.qt.builder.parts_section import PartsSection
from aestudio.qt.builder.row_editors import Drawer
from aestudio.qt.builder.section import Section
from aestudio.qt.forms.form import SpecForm
from aestudio.qt.forms.part_form import PartForm
from aestudio.spec.edit import with_value
from aestudio.spec.faults import Fault
from aestudio.spec.knobs import Spec
from aestudio.spec.layers_edit import as_kind
from aestudio.spec.parts import CORRUPTIONS, LOSSES, PENALTIES, Loss
from aestudio.spec.run import DataSpec, RunSpec, TrainingSpec
from aestudio.spec.words import counted


class CorruptionSection(PartsSection):
    """What is done to the images before the encoder sees them."""

    title = "Corruption"
    help = "Done to the images before the encoder sees them, in this order; the loss sees the clean ones"
    path = "corruptions"
    family = CORRUPTIONS


class PenaltySection(PartsSection):
    """Terms added to the loss."""

    title = "Penalties"
    help = "Terms added to the loss; a weight can be changed while the model trains"
    path = "penalties"
    family = PENALTIES
    sliders = frozenset({"weight"})
    ordered = False


class LossSection(Section):
    """What a reconstruction is compared by."""

    title = "Loss"
    help = "How far a reconstruction is from the clean image"
    path = "loss"

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._form: PartForm | None = None

    def make_body(self) -> QWidget:
        drawer = Drawer(self)
        self._form = PartForm(LOSSES, drawer)
        self._form.value_changed.connect(self._on_value_changed)
        self._form.kind_chosen.connect(self._on_kind_chosen)
        self._form.left.connect(self._document.seal)
        drawer.column.addWidget(self._form)
        return drawer

    def state(self, spec: RunSpec) -> str:
        loss = spec.loss
        return loss.label if loss.label.lower() in loss.unit else f"{loss.label}, {loss.unit}"

    def show_spec(self, spec: RunSpec, faults: Sequence[Fault]) -> Sequence[Fault]:
        if self._form is not None:
            self._form.show_part(spec.loss)
        return faults

    @Slot(str, object)
    def _on_value_changed(self, name: str, value: Any) -> None:
        self._document.set_value(f"loss.{name}", value)

    @Slot(object)
    def _on_kind_chosen(self, cls: type[Loss]) -> None:
        loss = as_kind(self._document.spec.loss, cls)
        self._document.edit(f"Change loss to {cls.label}", with_value(self._document.spec, "loss", loss))


class FormSection(Section):
    """A section that is one form."""

    spec_class: type[Spec]
    without: frozenset[str] = frozenset()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.form: SpecForm | None = None

    def make_body(self) -> QWidget:
        drawer = Drawer(self)
        self.form = SpecForm(self.spec_class, drawer, without=self.without)
        self.form.value_changed.connect(self._on_value_changed)
        self.form.left.connect(self._document.seal)
        drawer.column.addWidget(self.form)
        return drawer

    def show_spec(self, spec: RunSpec, faults: Sequence[Fault]) -> Sequence[Fault]:
        if self.form is not None:
            self.form.show_value(getattr(spec, self.path))
        return faults

    @Slot(str, object)
    def _on_value_changed(self, name: str, value: Any) -> None:
        self._document.set_value(f"{self.path}.{name}", value)


class TrainingSection(FormSection):
    """How the weights are found."""

    title = "Training"
    help = "How the weights are found: how long, in which steps, by which rule"
    path = "training"
    spec_class = TrainingSpec

    def state(self, spec: RunSpec) -> str:
        t = spec.training
        return f"{counted(t.epochs, 'epoch')}, batch {t.batch:,}, {t.optimiser} {t.lr:.3g}"


class DataSection(FormSection):
    """Which images train, validate and test."""

    title = "Data"
    help = "Which images train, validate and test. Drop a folder or file on the window to open other data"
    path = "data"
    spec_class = DataSpec
    without = frozenset({"source"})  # opened, not typed

    def state(self, spec: RunSpec) -> str:
        limit = spec.data.train_limit
        used = f"{limit:,} training images" if limit else "all training images"
        return f"{used}, seed {spec.data.seed}"
