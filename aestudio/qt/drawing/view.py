"""What every live view is: a title, one line that says what is seen, a body, and a way to take it along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QMessageBox, QToolButton, QVBoxLayout, QWidget

from aestudio.qt.drawing import export
from aestudio.qt.labels import ElidedLabel, heading
from aestudio.qt.theme import ICON, SPACE, icon, theme_source
from aestudio.spec.faults import UserError
from aestudio.training.events import Snapshot, Started


class View(QWidget):
    """Draws snapshots. It holds no model, and nothing it does reaches the trainer but by its signals.

    A view fills ``body``, adds its own controls to the header by :meth:`add_control`, says what is seen by
    ``status.say``, and overrides :meth:`draw`, :meth:`clear` and :meth:`table`.
    """

    told = Signal(str)  # a sentence for the status bar, for example where a picture was saved
    seen = Signal()  # or no longer: it was shown or hidden

    title = ""
    help = ""

    def __init__(self, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = body
        self.status = ElidedLabel()
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(self.help)
        self._header = QHBoxLayout()
        self._header.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, 0)
        self._header.setSpacing(SPACE // 2)
        self.heading = heading(self.title)
        self.heading.setToolTip(self.help)
        self._header.addWidget(self.heading)
        self._header.addSpacing(SPACE // 2)
        self._header.addWidget(self.status, 1)
        self._header.addWidget(self._menu_button())
        self.content = QWidget()  # what is taken along: the body and its legend
        self._column = _column(self.content)
        self._column.addWidget(body, 1)
        whole = _column(self)
        whole.addLayout(self._header)
        whole.addWidget(self.content, 1)
        theme_source().changed.connect(self._on_theme_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit()

    def start(self, started: Started) -> None:
        """A run begins; most views only wait for its first snapshot."""

    def draw(self, snapshot: Snapshot) -> None:
        """Show what of this snapshot is new."""
        raise NotImplementedError

    def clear(self) -> None:
        """Forget the run, and say what to do next."""
        raise NotImplementedError

    def table(self) -> export.Table:
        """A header and rows: what is shown, as numbers."""
        raise NotImplementedError

    def image(self, scale: float) -> QImage:
        """What is shown, with ``scale`` pixels to each pixel of the widget."""
        return export.picture_of(self.content, scale)

    def save_png(self, path: Path) -> None:
        """Write what is shown as a large PNG."""
        export.save_png(self.image(export.sharp_scale(self.content.size())), path)

    def save_svg(self, path: Path) -> None:
        """Write what is shown as SVG."""
        export.save_svg(self.content, path)

    def save_csv(self, path: Path) -> None:
        """Write the numbers behind what is shown as CSV."""
        export.save_csv(self.table(), path)

    def copy_image(self) -> None:
        """Put what is shown on the clipboard."""
        export.copy_picture(self.image(export.sharp_scale(self.content.size())))
        self.told.emit(f"{self.title}: the picture is on the clipboard")

    def add_control(self, control: QWidget) -> None:
        """Put a control of the view's own at the right of the header, before the menu."""
        self._header.insertWidget(self._header.count() - 1, control)

    def add_above(self, widget: QWidget) -> None:
        """Put a widget, such as a legend, between the header and the body."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def restyle(self) -> None:
        """Take on the new theme; icons, labels and what is painted by the palette have it already."""

    @Slot()
    def _on_theme_changed(self) -> None:
        self.restyle()
        self.update()

    def _menu_button(self) -> QToolButton:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for text, glyph, tip, slot in self._menu_entries():
            entry = menu.addAction(icon(glyph), text)
            entry.setToolTip(tip)
            entry.triggered.connect(slot)
        button = header_button("more", f"Copy or save: {self.title}", "Take this view along: copy or save it")
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        return button

    def _menu_entries(self) -> Sequence[tuple[str, str, str, Callable[[], None]]]:
        return (
            ("Copy image", "copy", "Put a sharp picture of this view on the clipboard", self.copy_image),
            ("Save as PNG…", "image", "A large picture, for slides and papers", self._on_png),
            ("Save as SVG…", "save", "A drawing that stays sharp at any size", self._on_svg),
            ("Save as CSV…", "save", "The numbers behind this view, as a table", self._on_csv),
        )

    @Slot()
    def _on_png(self) -> None:
        self._save("png", self.save_png)

    @Slot()
    def _on_svg(self) -> None:
        self._save("svg", self.save_svg)

    @Slot()
    def _on_csv(self) -> None:
        self._save("csv", self.save_csv)

    def _save(self, suffix: str, write: Callable[[Path], None]) -> None:
        proposed = f"{self.title.lower().replace(' ', '-')}.{suffix}"
        chosen, _ = QFileDialog.getSaveFileName(self, f"Save {self.title}", proposed, f"*.{suffix}")
        if not chosen:
            return
        from aestudio.qt.file_names import place_chosen

        try:
            path = place_chosen(chosen, f".{suffix}")
            write(path)
        except UserError as error:
            self._warn(str(error))
        except OSError as error:
            why = error.strerror or str(error)
            self._warn(f"{chosen} could not be written: {why}. Choose another folder, or free some space.")
        else:
            self.told.emit(f"{self.title}: saved as {path}")

    def _warn(self, sentence: str) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(sentence)
        box.open()


def _column(parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def header_button(glyph: str, name: str, tip: str, *, checkable: bool = False) -> QToolButton:
    """A flat button with an icon, for a view's header."""
    button = QToolButton()
    button.setIcon(icon(glyph))
    button.setIconSize(QSize(ICON, ICON))
    button.setAutoRaise(True)
    button.setCheckable(checkable)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def header_switch(text: str, tip: str) -> QToolButton:
    """A flat button with a word that stays down, for a view's header."""
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setCheckable(True)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
