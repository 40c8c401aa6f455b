"""Any folder of IDX files, the format of MNIST and its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aestudio.data.idx import looks_like_idx
from aestudio.data.idx_folder import idx_files, load_idx
from aestudio.data.source import FileSource, Progress, Raw, register

if TYPE_CHECKING:
    from pathlib import Path

    from aestudio.spec.run import DataSpec


@register
class IdxFiles(FileSource):
    """A folder is known by the names of its files, a single file by its first bytes."""

    kind = "idx"
    label = "a folder of IDX files"
    help = "train-images-idx3-ubyte and its fellows as MNIST has them, gzipped or not"
    rank = 40

    def takes(self, path: Path) -> bool:
        if path.is_dir():
            return any(content == "images" for _, content in idx_files(path))
        return looks_like_idx(path)

    def load(self, path: Path, spec: DataSpec, progress: Progress) -> Raw:
        folder = path if path.is_dir() else path.parent
        files = idx_files(folder)
        if path.is_file() and path not in files.values():
            files = {("train", "images"): path}
        return load_idx(folder.resolve().name, files, (), progress)
