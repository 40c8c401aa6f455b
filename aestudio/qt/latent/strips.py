"""What is made of A, B and C, and what is drawn from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QSpinBox, QWidget

from aestudio.qt.drawing.view import header_button
from aestudio.qt.latent.strip import Strip
from aestudio.qt.latent.works import adding, sampling, walking
from aestudio.qt.theme import small_font

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aestudio.latent.landmarks import Landmark
    from aestudio.latent.space import Space

    Marks = Mapping[str, Landmark]

_STEPS, _COUNT = 11, 12


class PathStrip(Strip):
    """From A to B in even steps."""

    title = "Path"
    help = (
        "From A to B: above through the latent space, below pixel by pixel. Halfway through the space there "
        "is an image between the two; halfway through the pixels there are both at once. Click: go there."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = QSpinBox(self)
        self.steps.setRange(2, 60)
        self.steps.setValue(_STEPS)
        self.steps.setSuffix(" steps")
        self.steps.setAccessibleName("Steps")
        self.steps.setToolTip("Images from A to B, both among them")
        self.spherical = QCheckBox("Great circle", self)
        self.spherical.setToolTip(
            "Along a great circle about the origin rather than straight (White 2016): codes of many numbers "
            "drawn from a normal distribution all lie about as far from it"
        )
        for control in (self.steps, self.spherical):
            control.setFont(small_font())
            self.add_control(control)
        self.steps.valueChanged.connect(self.changed)
        self.spherical.toggled.connect(self.changed)

    def want(self, space: Space, marks: Marks) -> None:
        """Make it for these places."""
        if "A" in marks and "B" in marks:
            way = self.spherical.isChecked()
            self.make(walking(space, marks["A"], marks["B"], self.steps.value(), spherical=way))

    def command(self, marks: Marks) -> list[str] | None:
        """What does the same without a window, after ``aestudio latent`` and without the run."""
        texts = _texts(marks, "AB")
        circle = ["--spherical"] if self.spherical.isChecked() else []
        return texts and ["path", *texts, "--steps", str(self.steps.value()), *circle]


class SumStrip(Strip):
    """A − B + C."""

    title = "A − B + C"
    help = (
        "What sets A apart from B, put on C. With the middles of classes it shows what a direction means; "
        "with your own pictures dropped on the letters, what the model has understood of them. "
        "Click: go there."
    )

    def want(self, space: Space, marks: Marks) -> None:
        """Make it for these places."""
        if all(letter in marks for letter in "ABC"):
            self.make(adding(space, marks["A"], marks["B"], marks["C"]))

    def command(self, marks: Marks) -> list[str] | None:
        """As for the path."""
        texts = _texts(marks, "ABC")
        return texts and ["arithmetic", *texts]


class SampleStrip(Strip):
    """New images."""

    title = "Samples"
    help = (
        "Codes drawn at random and decoded, each above the training image most like it. A number far below "
        "that of test images would mean that the model repeats what it was shown. Click: go there."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = QComboBox(self)
        self.source.setAccessibleName("Drawn from")
        self.source.setToolTip("What the codes are drawn from")
        self.temperature = QDoubleSpinBox(self)
        self.temperature.setRange(0.0, 3.0)
        self.temperature.setSingleStep(0.1)
        self.temperature.setValue(1.0)
        self.temperature.setAccessibleName("Temperature")
        self.temperature.setToolTip("How far from the middle: below 1 samples are likelier, and more alike")
        words = QLabel("Temperature", self)
        words.setBuddy(self.temperature)
        self.again = header_button("shuffle", "Draw others", "Draw others (Ctrl+D)")
        self.seed = 0
        for control in (self.source, words, self.temperature, self.again):
            control.setFont(small_font())
            self.add_control(control)
        self._picked = ""  # by the person's hand
        self.source.activated.connect(self._on_picked)
        self.temperature.valueChanged.connect(self.changed)
        self.again.clicked.connect(self.draw_others)

    def offer(self, space: Space) -> None:
        """Offer what can be drawn from here, what suits the model first."""
        from aestudio.latent.samplers import SAMPLERS, sampler

        with QSignalBlocker(self.source):
            self.source.clear()
            for one in SAMPLERS:
                if one.kind == "classes" and space.labels is None:
                    continue
                self.source.addItem(one.label, one.kind)
                self.source.setItemData(self.source.count() - 1, one.help, Qt.ItemDataRole.ToolTipRole)
            wanted = (self._picked, sampler("", space).kind)
            self.source.setCurrentIndex(next(i for i in map(self.source.findData, wanted) if i >= 0))

    @Slot(int)
    def _on_picked(self, place: int) -> None:
        self._picked = str(self.source.itemData(place))
        self.changed.emit()

    @Slot()
    def draw_others(self) -> None:
        """With another seed."""
        self.seed += 1
        self.changed.emit()

    def want(self, space: Space, marks: Marks) -> None:
        """Draw as the controls say."""
        kind = str(self.source.currentData())
        self.make(sampling(space, kind, _COUNT, self.temperature.value(), self.seed))

    def command(self, marks: Marks) -> list[str] | None:
        """As for the path."""
        kind, heat = str(self.source.currentData()), self.temperature.value()
        words = ["sample", "--from", kind, "--count", str(_COUNT), "--seed", str(self.seed)]
        return [*words, "--temperature", f"{heat:g}"] if heat != 1 else words


def _texts(marks: Marks, letters: str) -> list[str] | None:
    """What finds each letter's place, None where one has no name."""
    texts = [marks[letter].text for letter in letters if letter in marks]
    return texts if len(texts) == len(letters) and all(texts) else None
