"""The run under edit, with undo for everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from aestudio.spec.edit import get_value, with_value
from aestudio.spec.knobs import Spec, fields_of
from aestudio.spec.run import RunSpec


class Document(QObject):
    """One RunSpec under edit. Every change goes through :meth:`edit`, and each can be undone.

    Args:
        spec: what is edited at first; undo never goes behind it.
        parent: owner of the document.
    """

    changed = Signal(object)  # RunSpec
    settling = Signal()  # whoever edits it hands in what is not finished

    def __init__(self, spec: RunSpec, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._first = self._state = _State(spec, spec)
        self._seals = 0
        self._stack = QUndoStack(self)
        self._stack.indexChanged.connect(self._on_index_changed)

    @property
    def spec(self) -> RunSpec:
        """The run as it stands."""
        return self._state.spec

    @property
    def base(self) -> RunSpec:
        """The run as it was loaded."""
        return self._state.base

    @property
    def is_modified(self) -> bool:
        """Whether anything differs from what was loaded."""
        return self.spec != self.base

    @property
    def undo_stack(self) -> QUndoStack:
        """Every edit, for undo and redo."""
        return self._stack

    def edit(self, text: str, spec: RunSpec, merge: str = "") -> None:
        """Replace the run. Consecutive edits with the same ``merge`` become one undo step called ``text``."""
        if spec != self.spec:
            self._push(text, _State(spec, self.base), merge)

    def set_value(self, path: str, value: Any) -> None:
        """Change one value by its dotted path; consecutive edits of one path become one undo step.

        Raises SpecError for a path or value that does not fit.
        """
        changed = with_value(self.spec, path, value)
        self.edit(f"Change {_label(self.spec, path)}", changed, merge=path)

    def settle(self) -> None:
        """Have what is being typed right now: the run is about to be trained or written down."""
        self.settling.emit()

    def seal(self) -> None:
        """End the current step: the next edit starts a new one, whatever it changes."""
        self._seals += 1

    def load(self, spec: RunSpec) -> None:
        """Open a preset or a file; undo brings back what was there before."""
        if (spec, spec) != (self.spec, self.base):
            self._push(f"Open {spec.lesson.title or spec.name}", _State(spec, spec), "")

    def bring_back(self, spec: RunSpec, base: RunSpec) -> None:
        """Have a run under edit again, as it was with its changes; undo brings back what was there before."""
        if (spec, base) != (self.spec, self.base):
            self._push(f"Restore {base.lesson.title or base.name}", _State(spec, base), "")

    def load_preset(self, preset: RunSpec) -> None:
        """Open a preset on the data that are open rather than on those that it names."""
        now = self.spec.data
        data = replace(preset.data, source=now.source, size=now.size, channels=now.channels)
        self.load(replace(preset, data=data))

    def _push(self, text: str, state: _State, merge: str) -> None:
        self._stack.push(_Edit(text, self._state, state, f"{merge}#{self._seals}" if merge else ""))

    @Slot(int)
    def _on_index_changed(self, index: int) -> None:
        last = self._stack.command(index - 1) if index else None
        state = last.after if isinstance(last, _Edit) else self._first
        if index < self._stack.count():
            self.seal()  # after an undo nothing is merged into what was undone to
        if state != self._state:
            self._state = state
            self.changed.emit(state.spec)


def _label(spec: RunSpec, path: str) -> str:
    """What the field at a path is called, as in ``learning rate``."""
    parent, _, name = path.rpartition(".")
    owner: Spec = get_value(spec, parent) if parent else spec
    return next(f.label for f in fields_of(owner.__class__) if f.name == name).lower()


@dataclass(frozen=True)
class _State:
    spec: RunSpec
    base: RunSpec


class _Edit(QUndoCommand):
    """A step from one state to the next. It changes nothing: the document follows the stack's index."""

    def __init__(self, text: str, before: _State, after: _State, merge: str) -> None:
        super().__init__(text)
        self.before, self.after, self.merge = before, after, merge

    def id(self) -> int:
        return 1 if self.merge else -1  # -1 never merges

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Edit) or other.merge != self.merge:
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        return True
