"""The tool that compresses: what is asked of it, the work in the background, and what came out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.pictures.codec.settings import HIGH, LOW, CompressSettings
from aestudio.pictures.picture import Picture, packed_picture
from aestudio.pictures.tiles import Box
from aestudio.qt.darkroom.cleaning import Part, Side
from aestudio.qt.darkroom.outbox import Outbox
from aestudio.qt.darkroom.squeezed import (
    Coded,
    Curves,
    Figures,
    Known,
    Measured,
    NoRival,
    Oddity,
    RivalFigures,
    command_of,
    expected,
    here_on,
    worth_of,
)
from aestudio.qt.darkroom.squeezing import Bench, Have, Wish, squeeze
from aestudio.qt.darkroom.tool import BatchJob, Opened, Result, Tool
from aestudio.qt.running.background import Progress
from aestudio.spec.words import bytes_text

_TILE = 1024 * 1024  # pixels: a picture of one tile is finished before it is begun anew


class Compressing(Tool):
    """Compresses the picture on the table, again whenever something is asked otherwise."""

    measured = Signal(object)  # Measured, or None while there is no picture
    curves_changed = Signal(object)  # Curves
    settings_changed = Signal(object)  # CompressSettings
    rival_changed = Signal(object)  # the codec's name, or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = CompressSettings()
        self.rival: str | None = None
        self._opened: Opened | None = None
        self._seen = Box(0, 0, 0, 0)
        self._bench: Bench | None = None
        self._retired: list[Bench] = []  # of pictures before: work that was superseded closed none
        self._have, self._curves = Have(), Curves()
        self._known: Known | None = None
        self._wish: Wish | None = None  # that is worked on
        self._trouble, self._oddity, self._waits = "", "", False
        self._told: Measured | None = None
        self._outbox = Outbox(self)
        self._outbox.given.connect(self._on_given)
        self._outbox.told.connect(self._on_told)
        self._outbox.failed.connect(self._on_failed)

    # ------------------------------------------------------------------------------------ what is asked

    def use(self, opened: Opened | None) -> None:
        if self._bench:
            self._retired.append(self._bench)
        self._opened = opened
        self._have, self._known, self._curves, self._trouble = Have(), None, Curves(), ""
        self._oddity = ""
        self._bench = Bench(opened) if opened else None
        self.curves_changed.emit(self._curves)
        if opened:
            self.before_changed.emit(opened.pyramid)
            self._start()
        else:
            retired = self._retired
            self._outbox.start(lambda progress, put: _close_all(retired))
        self._tell()

    def look_at(self, box: Box) -> None:
        self._seen = box

    @Slot(float)
    def set_quality(self, quality: float) -> None:
        """Compress at this quality, 1 to 100, from now on, whatever size that takes."""
        self._ask(replace(self.settings, quality=min(max(quality, LOW), HIGH), target_bytes=None))

    @Slot(object)
    def set_target_bytes(self, count: int | None) -> None:
        """Compress to the best that fits into so many bytes; None stays at the setting that this was."""
        settings = replace(self.settings, target_bytes=count)
        if count is None and (told := self._told):
            quality = settings.quality if told.quality is None else round(told.quality)
            settings = replace(settings, quality=quality, bits=told.bits or settings.bits)
        self._ask(settings)

    @Slot(int)
    def set_bits(self, bits: int) -> None:
        """Give a run's numbers so many bits, 1 to 8."""
        self._ask(replace(self.settings, bits=bits, target_bytes=None))

    @Slot(str)
    def set_model(self, model: str) -> None:
        """Compress by ``photo-codec``, a codec's model file, or a run's folder from now on."""
        if model != self.settings.model:
            self._known, self._oddity = None, ""
            self._ask(replace(self.settings, model=model, target_bytes=None))

    @Slot(object)
    def set_rival(self, rival: str | None) -> None:
        """Put another codec's picture at the same number of bytes on the left side, or the original again."""
        if rival == self.rival:
            return
        self.rival = rival
        self.rival_changed.emit(rival)
        self._have = replace(self._have, lacks="")
        if rival is None:
            self._put_original_back()
        if self._have.coded:
            self._start()
            if not self._have.awaits(rival):
                self.finished.emit()  # what was told of the rival before has ended
        self._tell()

    def _put_original_back(self) -> None:
        self._have = replace(self._have, rival=None)
        if self._opened:
            self.before_changed.emit(self._opened.pyramid)

    def _ask(self, settings: CompressSettings) -> None:
        if settings == self.settings:
            return
        self.settings = settings
        self.settings_changed.emit(settings)
        self._trouble = ""
        is_coding = self._outbox.is_busy and self._have.coded is None
        self._have = replace(self._have, coded=None, figures=None)
        if is_coding and self._opened and self._opened.picture.megapixels <= _TILE / 1e6:
            self._waits = True  # or a slider that moves on would never show anything
        elif self._opened:
            self._start()
        self._tell()

    # -------------------------------------------------------------------------------------- what comes

    def cancel(self) -> None:
        self._waits = False
        self._outbox.cancel()

    def result(self) -> Result | None:
        opened, coded = self._opened, self._have.coded
        if not opened or not coded:
            return None
        return Result(f"{opened.stem}.aes", coded.picture, _Packer(coded), (".aes", ".png"))

    def command(self) -> str:
        """The same on the command line."""
        return command_of(self.settings, self._opened.picture.source if self._opened else None)

    def batch_job(self) -> BatchJob:
        settings = self.settings

        def work(picture: Picture, size: int, progress: Progress) -> tuple[bytes, str]:
            from aestudio.pictures.codec.packing import compress_one

            file, how = compress_one(picture, settings, progress)
            return file, f"{bytes_text(len(file))}, {len(file) / max(size, 1):.0%}; {how}"

        return BatchJob(work, "", "aes", settings)

    def close(self) -> None:
        self._outbox.close()
        if self._bench:
            self._bench.close()
        _close_all(self._retired)

    def _start(self) -> None:
        bench, retired = self._bench, self._retired
        assert bench
        self._waits = False
        self._wish = wish = Wish(self.settings, self.rival, self._seen, self._have)

        def work(progress: Any, put: Any) -> None:
            _close_all(retired)
            squeeze(bench, wish, progress, put)

        self._outbox.start(work)

    @Slot(object)
    def _on_given(self, part: object) -> None:
        match part:
            case Part() | Side():
                self._show(part)
            case Known():
                self._known = part
            case Coded():
                self._take(part)
            case Figures():
                self._have = replace(self._have, figures=part)
            case Oddity():
                self._oddity = part.sentence
            case RivalFigures():
                self._have = replace(self._have, rival=part)
                self.before_changed.emit(part.pyramid)
                self.finished.emit()
            case NoRival():
                self._have = replace(self._have, lacks=part.name)
                self._put_original_back()
                self.finished.emit()
                self.said.emit(part.sentence)
            case Curves():
                self._curves = part
                self.curves_changed.emit(part)
            case _:
                raise TypeError(type(part).__name__)
        if not isinstance(part, Part):
            self._tell()

    def _show(self, part: Part | Side) -> None:
        if isinstance(part, Part):
            self.patched.emit(part.patch)
        else:
            self._have = replace(self._have, after=part.pyramid)
            self.after_changed.emit(part.pyramid)

    def _take(self, coded: Coded) -> None:
        if self._waits:
            self._start()
            return
        self._have = replace(self._have, coded=coded)
        self.finished.emit()
        if self._wish and self._wish.rival != self.rival:
            self._start()

    @Slot(float, str)
    def _on_told(self, share: float, doing: str) -> None:
        if self._have.awaits(self.rival):
            self.progressed.emit(share, doing)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._waits:
            self._start()
        elif self._have.coded:
            self.finished.emit()
            self.said.emit(sentence)  # only what comes after it is missing
        else:
            self._trouble = sentence
            self.failed.emit(sentence)
            self._tell()

    def _tell(self) -> None:
        opened, coded, have = self._opened, self._have.coded, self._have
        if opened is None:
            self._told = None
            self.measured.emit(None)
            return
        is_beside = coded and have.rival and have.rival.is_for(self.rival, len(coded.file))
        quality, size = expected(self.settings, self._known)
        told = Measured(
            quality=coded.quality if coded else quality,
            bits=None if self.settings.run is None else (coded.setting if coded else self.settings.bits),
            size=len(coded.file) if coded else None if self._trouble else size,
            is_exact=coded is not None,
            pixels=opened.picture.size[0] * opened.picture.size[1],
            before=opened.bytes,
            figures=have.figures,
            rival=have.rival if is_beside else None,
            worth=worth_of(coded, self._curves, self.rival or "JPEG") if coded else None,
            here=here_on(self._curves, self.settings, self._known, coded),
            oddity=self._oddity,
            trouble=self._trouble,
        )
        if told != self._told:
            self._told = told
            self.measured.emit(told)
        self._name(told)

    def _name(self, told: Measured) -> None:
        ours = "Compressed"
        if told.size is not None:
            ours += f", {'' if told.is_exact else '≈ '}{bytes_text(told.size)}"
        rival = self._have.rival
        left = f"{rival.name}, {bytes_text(rival.bytes)}" if rival else "Original"
        self.named.emit(left, ours)


def _close_all(benches: list[Bench]) -> None:
    while benches:
        benches.pop().close()


class _Packer:
    """The picture as a file: its own, or what it looks like."""

    def __init__(self, coded: Coded) -> None:
        self._coded = coded

    def __call__(self, suffix: str) -> bytes:
        return self._coded.file if suffix == ".aes" else packed_picture(self._coded.picture, suffix)
