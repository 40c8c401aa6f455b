"""``learn()``: a recipe's net trained on photographs, as a generator of events, resumed where it stopped."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from aestudio.pictures.checkpoint import load_checkpoint, save_checkpoint, weights_of
from aestudio.pictures.photographs import Photographs
from aestudio.pictures.recipe import Recipe
from aestudio.spec.faults import UserError
from aestudio.training.device import autocast, choose_precision, flush_denormals
from aestudio.training.events import Wanted
from aestudio.training.ledger import TrainingFailed
from aestudio.training.train import nothing_wanted

_KEEP_SECONDS = 60.0
_CHECK_SECONDS = 300.0
_LOG_STEPS = 20  # steps between two losses told; reading one waits for the device
_FLOOR = 1e-2  # the share of the peak rate that the schedule ends at


@dataclass(frozen=True)
class Begun:
    """What is trained, where, and how much of the time is over already."""

    parameters: int
    device: str
    precision: str
    seconds: float
    minutes: float


@dataclass(frozen=True)
class Learnt:
    """Some steps: means of the loss terms over them."""

    step: int
    seconds: float
    megapixels: float
    lr: float
    terms: dict[str, float]


@dataclass(frozen=True)
class Validated:
    """Figures of the averaged weights on the photographs kept out of training."""

    step: int
    seconds: float
    megapixels: float
    figures: dict[str, float]


@dataclass(frozen=True)
class Ended:
    """The averaged weights, and their last figures; ``done`` unless it was stopped before its time."""

    step: int
    seconds: float
    megapixels: float
    done: bool
    figures: dict[str, float]
    weights: dict[str, np.ndarray]


LearningEvent = Begun | Learnt | Validated | Ended


def learn(
    recipe: Recipe,
    photographs: Photographs,
    *,
    minutes: float | None = None,
    folder: Path | None = None,
    ask: Callable[[], Wanted] = nothing_wanted,
    device: torch.device | None = None,
    start: Mapping[str, Tensor] | None = None,
) -> Iterator[LearningEvent]:
    """Train for ``minutes`` (the recipe's where None) and tell how it goes.

    The learning rate falls along a cosine over elapsed time, so that any number of minutes ends annealed.
    Time spent on hold, and between a stop and the next start, does not count. With a ``folder`` a checkpoint
    is kept there every minute, and training goes on from the one that lies there; else it begins with the
    weights of ``start``, where they are given. ``ask`` is called before each step; a wish to stop keeps a
    checkpoint and ends.

    Raises
    ------
    TrainingFailed
        the loss became NaN.
    UserError
        the checkpoint in ``folder`` is damaged or of another recipe, or cannot be written; or ``start`` does
        not fit the recipe.
    """
    flush_denormals()
    run = Learning(recipe, photographs, minutes or recipe.minutes, device or torch.device("cpu"))
    if start:
        run.begin_with(start)
    if folder:
        run.resume(folder)
    yield run.begun()
    while run.share < 1:
        wanted = ask()
        while wanted.hold and not wanted.stop:
            run.pause()
            time.sleep(0.05)
            wanted = ask()
        run.go_on()
        if wanted.stop:
            break
        run.take_step()
        if run.step % _LOG_STEPS == 0:
            yield run.learnt()
        if folder and run.due("kept", _KEEP_SECONDS):
            run.keep(folder)
        if run.due("checked", _CHECK_SECONDS):
            yield run.validated()
    if folder:
        run.keep(folder)
    yield run.ended()


@dataclass
class _Progress:
    """What a checkpoint keeps besides tensors."""

    step: int = 0
    seconds: float = 0.0
    megapixels: float = 0.0
    marks: dict[str, float] = field(default_factory=dict)


class Learning:
    """One training in progress."""

    def __init__(
        self, recipe: Recipe, photographs: Photographs, minutes: float, device: torch.device
    ) -> None:
        self.recipe, self.photographs, self.minutes, self.device = recipe, photographs, minutes, device
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            # channels_last runs convolutions 1.2 to 1.3 times faster on the CPU.
            self.net = recipe.build().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        with torch.random.fork_rng(devices=[]):
            self.average = recipe.build().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average.load_state_dict(self.net.state_dict())
        self.average.eval()
        self.optimiser = recipe.optimiser(self.net)
        self.dtype = choose_precision("auto", device)
        # A stream of randomness for each purpose, so that changing one leaves the other as it was.
        self.places = np.random.default_rng(2 * recipe.seed)
        self.noise = torch.Generator().manual_seed(2 * recipe.seed + 1)
        self._progress, self._began = _Progress(), time.perf_counter()
        self._sums: dict[str, Tensor] = {}
        self._summed = 0

    def begin_with(self, weights: Mapping[str, Tensor]) -> None:
        """Start from weights that were trained before. Raises UserError where they do not fit the recipe."""
        try:
            self.recipe.begin(self.net, weights)
        except RuntimeError as fault:
            what = "the weights to start with are of another net than the recipe's"
            raise UserError(f"{what}; set its channels as theirs are, and at least as many blocks") from fault
        self.average.load_state_dict(self.net.state_dict())

    # ------------------------------------------------------------------------------------------- time

    @property
    def step(self) -> int:
        """Steps taken."""
        return self._progress.step

    @property
    def seconds(self) -> float:
        """Time spent, pauses and stops left out."""
        running = time.perf_counter() - self._began if self._began else 0.0
        return self._progress.seconds + running

    @property
    def share(self) -> float:
        """How much of the time is over, 0 to 1."""
        return min(self.seconds / (60 * self.minutes), 1.0)

    def pause(self) -> None:
        """Stop the clock until :meth:`go_on`."""
        self._progress.seconds, self._began = self.seconds, 0.0

    def go_on(self) -> None:
        """Let the clock run; without a pause nothing happens."""
        self._began = self._began or time.perf_counter()

    def due(self, what: str, every: float) -> bool:
        """Whether ``every`` seconds have passed since this was last true of ``what``."""
        if self.seconds - self._progress.marks.get(what, 0.0) < every:
            return False
        self._progress.marks[what] = self.seconds
        return True

    @property
    def lr(self) -> float:
        """The rate now: a warm-up over steps, then a cosine over time."""
        rise = min((self.step + 1) / max(self.recipe.warm_up, 1), 1.0)
        fall = _FLOOR + (1 - _FLOOR) * (1 + math.cos(math.pi * self.share)) / 2
        return self.recipe.lr * rise * fall

    # ------------------------------------------------------------------------------------------ steps

    def take_step(self) -> None:
        """One batch of random crops down the gradient."""
        recipe = self.recipe
        for group in self.optimiser.param_groups:
            group["lr"] = self.lr * group["factor"]
        self.net.train()
        with autocast(self.device, self.dtype):
            terms = recipe.loss(self.net, self._crops(), self.noise)
        self.optimiser.zero_grad()
        sum(terms.values(), torch.zeros((), device=self.device)).backward()
        if recipe.clip:
            nn.utils.clip_grad_norm_(self.net.parameters(), recipe.clip)
        self.optimiser.step()
        self._progress.step += 1
        self._progress.megapixels += recipe.batch * recipe.crop**2 / 1e6
        self._take_in()
        for name, term in terms.items():
            self._sums[name] = self._sums.get(name, torch.zeros((), device=self.device)) + term.detach()
        self._summed += 1

    def _crops(self) -> Tensor:
        crops = self.photographs.crops(self.recipe.batch, self.recipe.crop, self.places)
        x = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255
        return x.contiguous(memory_format=torch.channels_last)

    @torch.no_grad()
    def _take_in(self) -> None:
        """Let the average follow the weights; faster in the beginning, when they are far from good."""
        decay = min(self.recipe.average, self.step / (self.step + 10))
        for averaged, weight in zip(self.average.parameters(), self.net.parameters(), strict=True):
            averaged.lerp_(weight, 1 - decay)
        for buffer, source in zip(self.average.buffers(), self.net.buffers(), strict=True):
            buffer.copy_(source)

    # ----------------------------------------------------------------------------------------- events

    def begun(self) -> Begun:
        """What is trained, where."""
        count = sum(w.numel() for w in self.net.parameters())
        precision = str(self.dtype).removeprefix("torch.")
        return Begun(count, str(self.device), precision, self.seconds, self.minutes)

    def learnt(self) -> Learnt:
        """The means since this was last asked. Raises TrainingFailed where one is no number."""
        means = {name: float(value) / self._summed for name, value in self._sums.items()}
        self._sums, self._summed = {}, 0
        for name, mean in means.items():
            if not math.isfinite(mean):
                raise TrainingFailed(f"{name} is {mean} at step {self.step} (lr {self.lr:g}); try a lower lr")
        return Learnt(self.step, self.seconds, self._progress.megapixels, self.lr, means)

    def figures(self) -> dict[str, float]:
        """The averaged weights on the photographs kept out of training."""
        with torch.inference_mode(), autocast(self.device, self.dtype):
            return self.recipe.validate(self.average, self.photographs.held_out)

    def validated(self) -> Validated:
        """The figures as an event."""
        return Validated(self.step, self.seconds, self._progress.megapixels, self.figures())

    def ended(self) -> Ended:
        """The end, with the averaged weights."""
        # Contiguous: safetensors writes an array's memory as it lies, and channels_last lies otherwise.
        weights = {
            name: np.ascontiguousarray(value.float().cpu().numpy())
            for name, value in self.average.state_dict().items()
        }
        done = self.share >= 1
        return Ended(self.step, self.seconds, self._progress.megapixels, done, self.figures(), weights)

    # ------------------------------------------------------------------------------------ checkpoints

    def keep(self, folder: Path) -> None:
        """Write everything that the next step depends on into ``folder``."""
        progress = replace(self._progress, seconds=self.seconds)
        notes = {**vars(progress), "places": self.places.bit_generator.state}
        tensors = {
            **weights_of("net", self.net),
            **weights_of("average", self.average),
            **_states(self.optimiser),
            "noise": self.noise.get_state(),
        }
        save_checkpoint(folder, self.recipe, notes, tensors)

    def resume(self, folder: Path) -> None:
        """Go on from the checkpoint in ``folder``, where there is one."""
        found = load_checkpoint(folder, self.recipe)
        if found is None:
            return
        notes, tensors = found
        self.places.bit_generator.state = notes.pop("places")
        self._progress = _Progress(**notes)
        self.noise.set_state(tensors.pop("noise"))
        for name, net in (("net", self.net), ("average", self.average)):
            net.load_state_dict({key: tensors[f"{name}.{key}"] for key in net.state_dict()})
        _set_states(self.optimiser, tensors)
        self._began = time.perf_counter()


def _states(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    states = optimiser.state_dict()["state"]
    return {f"adam.{i}.{name}": value for i, state in states.items() for name, value in state.items()}


def _set_states(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    states: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("adam."):
            _, index, name = key.split(".")
            states.setdefault(int(index), {})[name] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": states})
