"""10,000 mutated picture and stream files: each opens or is refused with a sentence, in bounds."""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from aestudio.pictures.codec.container import PICTURE, Short, Source, seal, unseal
from aestudio.pictures.codec.found import find_codec
from aestudio.pictures.codec.stream import Encoder, decode
from aestudio.pictures.picture import Picture, open_picture
from aestudio.spec.faults import UserError
from tests.benchmarks.pictures_rows import Row, Setting, centre

_EACH = 1000
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
_MOST_PIXELS = 4_000_000  # a mutated header may tell of a large picture, which is legal


def rows(setting: Setting) -> list[Row]:
    """How many files did what they must not, the slowest, and the most memory that this process took."""
    model = find_codec(setting.model("photo-codec"))
    pixels = centre(next(iter(setting.pictures().values())), 64)
    stream = Encoder(model, Picture(np.ascontiguousarray(pixels))).at(300).file
    inside = unseal(stream, "it")

    def mended(data: bytes) -> None:
        if _area(data) <= _MOST_PIXELS:
            decode(model, seal(PICTURE, inside.digest, data))

    tries: list[tuple[bytes, int, Callable[[bytes], object]]] = [
        (_file(pixels, form), _EACH, open_picture) for form in _FORMATS
    ]
    tries += [(stream, 4 * _EACH, lambda data: decode(model, data)), (inside.payload, _EACH, mended)]
    harmed, slowest = 0, 0.0
    for seed, (file, count, work) in enumerate(tries):
        for mutant in _mutants(file, count, seed):
            began = time.process_time()
            harmed += _harmed(work, mutant)
            slowest = max(slowest, time.process_time() - began)
    total = sum(count for _, count, _ in tries)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return [
        Row("robustness", f"of {total:,} mutated files, those that did harm", harmed, "= 0", harmed == 0),
        Row("robustness", "slowest file, CPU-seconds", slowest, "<= 10", slowest <= 10),
        Row("robustness", "most memory of the process, GB", memory, "<= 1", memory <= 1),
    ]


def _harmed(work: Callable[[bytes], object], data: bytes) -> bool:
    try:
        work(data)
    except UserError:
        return False
    except Exception as fault:  # noqa: BLE001  # which is what is looked for
        print(f"robustness: {type(fault).__name__}: {fault}")
        return True
    return False


def _area(payload: bytes) -> int:
    source = Source(payload[3:])
    try:
        return source.number() * source.number()
    except Short:
        return 0


def _file(pixels: np.ndarray, form: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form)
    return file.getvalue()


def _mutants(file: bytes, count: int, seed: int) -> Iterator[bytes]:
    generator = np.random.default_rng(seed)
    for _ in range(count):
        data = bytearray(file)
        # Headers say most, so half of the blows fall there.
        end = min(len(file), 64) if generator.random() < 0.5 else len(file)
        for place in generator.integers(0, end, generator.integers(1, 6)):
            data[place] = generator.integers(256)
        cut = int(generator.integers(len(file))) if generator.random() < 0.3 else len(file)
        yield bytes(data[:cut])
