"""``aestudio latent``: a run's latent space as a map, as samples, paths, arithmetic, or a table of codes."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aestudio.cli.progress import Progress
from aestudio.library.workspace import Workspace, default_workspace
from aestudio.spec.faults import SpecError, UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aestudio.latent.space import Space

_SAMPLERS = ("prior", "gaussian", "classes")  # as aestudio.latent.samplers has them, which imports torch
_PLACE = "a test image's number, class:NAME, or a picture file"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("latent", help="look into a run's latent space")
    acts = parser.add_subparsers(title="what to do", metavar="DO", required=True)

    act = _act(acts, "map", "decode the plane that its test images are seen in", _map)
    act.add_argument("--columns", type=_columns, default=20, metavar="N", help="images across, and down")
    act.add_argument("--at", metavar="PLACE", help=f"what it is beyond the plane: {_PLACE}; else the middle")

    act = _act(acts, "sample", "draw codes, and decode them", _sample)
    act.add_argument("--count", type=_count, default=64, metavar="N", help="how many; 64 unless given")
    act.add_argument(
        "--from", dest="sampler", default="", choices=_SAMPLERS, help="else the one that suits it"
    )
    act.add_argument("--temperature", type=_heat, default=1.0, metavar="T", help="0 to 3; below 1: likelier")
    act.add_argument("--seed", type=_seed, default=0, metavar="N", help="of the draw")

    act = _act(acts, "path", "go from one code to another; below, the pixels faded", _path)
    for end in ("A", "B"):
        act.add_argument(end.lower(), metavar=end, help=_PLACE)
    act.add_argument("--steps", type=_steps, default=11, metavar="N", help="both ends among them")
    act.add_argument("--spherical", action="store_true", help="along a great circle rather than straight")

    act = _act(acts, "arithmetic", "A - B + C: what sets A apart from B, put on C", _arithmetic)
    for term in ("A", "B", "C"):
        act.add_argument(term.lower(), metavar=term, help=_PLACE)

    act = _act(acts, "codes", "the codes of all test images, as CSV or NPY", _codes)


def _act(
    acts: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str, act: Any
) -> argparse.ArgumentParser:
    parser = acts.add_parser(name, help=words, description=words)
    parser.add_argument("run", metavar="RUN", help="a folder, or a name in the workspace")
    kinds = ".csv or .npy" if name == "codes" else ".png, or .npy for the numbers"
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"{kinds}; {name}.… where it is left out")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="where runs are looked for by name")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run, act=act, name=name)
    return parser


def _whole(low: int, high: int, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from {low} to {high:,}")
    return number


def _count(text: str) -> int:
    return _whole(1, 10_000, text)


def _columns(text: str) -> int:
    return _whole(1, 200, text)


def _steps(text: str) -> int:
    return _whole(2, 1_000, text)


def _seed(text: str) -> int:
    return _whole(0, 2**31 - 1, text)


def _heat(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 3:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 to 3")
    return number


def run(options: argparse.Namespace) -> int:
    """Open the run and its data, do what is asked, and tell where it lies."""
    from aestudio.data.door import open_data
    from aestudio.latent.sheet import refuse_vectors
    from aestudio.latent.space import explore
    from aestudio.library.kept import open_run

    out = options.out or Path(f"{options.name}.{'csv' if options.name == 'codes' else 'png'}")
    _refuse(out, options)
    kept = open_run(Workspace(options.workspace or default_workspace()).find(options.run))
    with Progress() as progress:
        space = explore(kept, open_data(kept.run.data, progress=progress.share), progress.share)
        if out.suffix.lower() == ".png":
            refuse_vectors(out, space.data.shape)
        told = options.act(space, options, out)
    told = {"out": str(out), "run": space.name, "code_size": space.size, **told}
    if options.json:
        sys.stdout.write(json.dumps(told) + "\n")
        return 0
    width = max(map(len, told))
    for name, value in told.items():
        sys.stdout.write(f"{name:{width}}  {_words(value)}\n")
    return 0


def _words(value: object) -> str:
    if isinstance(value, list):
        return " to ".join(map(_words, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _refuse(out: Path, options: argparse.Namespace) -> None:
    """Raise where the result cannot lie there, before a minute is spent on it."""
    kinds = (".csv", ".npy") if options.name == "codes" else (".png", ".npy")
    if out.suffix.lower() not in kinds:
        raise SpecError("--out", f"{out} is named like no kind of file known here", f"end in {kinds[0]}")
    if out.is_dir() or (out.exists() and not options.overwrite):
        raise UserError(f"{out}: is there already; give another name with --out, or --overwrite")


def _write(out: Path, images: NDArray[np.float32], columns: int, gap: int = 1) -> None:
    if out.suffix.lower() == ".npy":
        _write_numbers(out, images)
        return
    from aestudio.latent.sheet import write_sheet

    write_sheet(out, images, columns, gap)


def _write_numbers(out: Path, numbers: NDArray[np.float32]) -> None:
    import io

    import numpy as np

    from aestudio.library.disk import write_whole

    file = io.BytesIO()
    np.save(file, numbers, allow_pickle=False)
    write_whole(out, file.getvalue())


def _map(space: Space, options: argparse.Namespace, out: Path) -> dict[str, Any]:
    from aestudio.latent import plane
    from aestudio.latent.landmarks import landmark

    anchor = landmark(space, options.at).code if options.at is not None else None
    x, y = plane.ranges(space)
    n = options.columns
    _write(out, space.decode(plane.at(space, plane.grid(x, y, n, n), anchor)), n, gap=0)
    return {"images": n * n, "axes": ", ".join(filter(None, space.axes)), "across": list(x), "up": list(y)}


def _sample(space: Space, options: argparse.Namespace, out: Path) -> dict[str, Any]:
    import numpy as np

    from aestudio.latent.memory import nearest_training
    from aestudio.latent.samplers import draw, sampler

    kind = sampler(options.sampler, space).kind
    codes, _ = draw(space, kind, options.count, options.temperature, options.seed)
    images = space.decode(codes)
    _write(out, images, max(1, round(options.count**0.5)))
    near = nearest_training(space, images)
    return {
        "from": kind,
        "images": options.count,
        "rms_to_nearest_training_image": float(np.median(near.distances)),
        "the_same_of_test_images": near.usual,
    }


def _path(space: Space, options: argparse.Namespace, out: Path) -> dict[str, Any]:
    import numpy as np

    from aestudio.latent.landmarks import landmark
    from aestudio.latent.rows import path

    a, b = (landmark(space, text) for text in (options.a, options.b))
    _, images, faded = path(space, a, b, options.steps, circle=options.spherical)
    _write(out, np.concatenate([images, faded]), options.steps)
    return {"a": a.name, "b": b.name, "steps": options.steps}


def _arithmetic(space: Space, options: argparse.Namespace, out: Path) -> dict[str, Any]:
    from aestudio.latent.landmarks import landmark, test_image
    from aestudio.latent.rows import arithmetic

    a, b, c = (landmark(space, text) for text in (options.a, options.b, options.c))
    codes, _, images = arithmetic(space, a, b, c)
    _write(out, images, 4)
    position, distance = space.nearest(codes[3])
    near = test_image(space, position).name
    return {"a": a.name, "b": b.name, "c": c.name, "nearest": near, "distance": distance}


def _codes(space: Space, options: argparse.Namespace, out: Path) -> dict[str, Any]:
    if out.suffix.lower() == ".npy":
        _write_numbers(out, space.codes)
    else:
        from aestudio.latent.table import write_table

        write_table(out, space)
    return {"images": len(space.codes)}
