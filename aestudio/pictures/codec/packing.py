"""One picture to the bytes of an .aes file, as asked for: on the command line, in a batch, on the page."""

from __future__ import annotations

from aestudio.pictures.codec.found import find_codec
from aestudio.pictures.codec.patches import PatchEncoder
from aestudio.pictures.codec.rate import fitted, level_of, quality_of
from aestudio.pictures.codec.settings import MOST_BITS, CompressSettings
from aestudio.pictures.codec.stream import Encoded, Encoder
from aestudio.pictures.own_runs import open_own_run
from aestudio.pictures.picture import Picture
from aestudio.pictures.tiles import Progress, nothing_told
from aestudio.pictures.waiting import asking
from aestudio.spec.faults import UserError


def compress_one(
    picture: Picture, settings: CompressSettings, progress: Progress = nothing_told
) -> tuple[bytes, str]:
    """The bytes of a file, and how it was made, for a list.

    Raises
    ------
    SpecError
        a setting is out of range.
    UserError
        there is no such model, or the picture does not fit into the bytes wanted.
    """
    if settings.run is None:
        encoded = encoded_by_codec(picture, settings, progress)
        quality = quality_of(encoded.level, encoded.model.exact.top)
        file, how = encoded.file, f"quality {quality:.3g}"
    else:
        with asking(lambda: progress(0.0, "writing")):
            encoder = PatchEncoder(open_own_run(settings.run), picture)
            file, bits = file_by_run(encoder, settings)
        how = f"{bits} bits a number"
    width, height = picture.size
    return file, f"{how}, {8 * len(file) / (width * height):.3g} bits a pixel"


def encoded_by_codec(
    picture: Picture, settings: CompressSettings, progress: Progress = nothing_told
) -> Encoded:
    """The picture by the photo codec."""
    encoder = Encoder(find_codec(settings.model), picture)
    if settings.target_bytes is not None:
        return fitted(encoder, settings.target_bytes, progress)
    return encoder.at(level_of(settings.quality, encoder.model.exact.top), progress)


def file_by_run(encoder: PatchEncoder, settings: CompressSettings) -> tuple[bytes, int]:
    """The file by a run, and the bits of its numbers: the most that fit, where a size is asked for."""
    most = settings.target_bytes
    if most is None:
        return encoder.file(settings.bits), settings.bits
    file = b""
    for bits in range(MOST_BITS, 0, -1):
        file = encoder.file(bits)
        if len(file) <= most:
            return file, bits
    width, height = encoder.picture.size
    raise UserError(
        f"{most:,} bytes are too few for {width} x {height} pixels, which take {len(file):,} at least by "
        f"{encoder.run.folder}; give more bytes, or a run with a smaller code"
    )
