"""``train()``: the loop, as a generator of events. It knows no thread, file or widget."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Literal

import torch
from torch import Tensor, nn

from aestudio.data.dataset import Dataset
from aestudio.models.autoencoder import Autoencoder
from aestudio.models.seeded_dropout import give_generator
from aestudio.spec.check import refuse_faults
from aestudio.spec.run import RunSpec
from aestudio.training import events
from aestudio.training.clock import Clock
from aestudio.training.device import (
    autocast,
    choose_precision,
    device_memory_mb,
    flush_denormals,
    synchronise,
)
from aestudio.training.events import Event, State, Wanted
from aestudio.training.ledger import Ledger, TrainingFailed
from aestudio.training.objective import forward, loss_terms, mse_per_pixel, term_units, total
from aestudio.training.optimiser import Average, drop_gradients, make_optimiser, set_lr, take_step
from aestudio.training.schedule import lr_at
from aestudio.training.shifts import shifted
from aestudio.training.start import start_at_mean
from aestudio.training.state import optimiser_tensors, restore_optimiser, restore_weights, under
from aestudio.training.validation import Choice, as_arrays, copied, validate
from aestudio.training.watch import EPOCH_SHARE, LAST_LOOK, Watch

FLUSH_SECONDS = 0.5
"""Without a listener the losses are still read this often, so that a NaN ends the run soon."""


def nothing_wanted() -> Wanted:
    """What a listener wants that only waits for the end of an epoch."""
    return Wanted()


def train(
    model: Autoencoder,
    data: Dataset,
    run: RunSpec,
    *,
    ask: Callable[[], Wanted] = nothing_wanted,
    run_id: str = "run",
    resume: State | None = None,
    fresh: bool = True,
) -> Iterator[Event]:
    """Train ``model`` on ``data`` (both on one device) as ``run`` says, and tell how it goes.

    ``ask`` is called before each step and says what the listener wants of it. The first event is Started,
    each step gives a Stepped or a Snapshot, each epoch an EpochEnded, and the last events are a Checkpoint
    and Finished; the model then holds the weights that did best on the validation images. Closing the
    generator stops at once.

    A ``fresh`` model first learns the mean image; one that has another run's weights keeps them. From the
    state in a Checkpoint a run goes on (``resume``): on one device and as many threads it ends with the same
    weights, bit for bit, as if it had never stopped.

    Raises
    ------
    SpecError
        the run does not fit the data.
    TrainingFailed
        a loss became NaN, or memory ran out; the sentence says what to try. Where an epoch has ended before,
        Finished comes first, with the weights that did best until then.
    """
    refuse_faults(run, data.shape)
    flush_denormals()
    if resume is None and fresh:
        start_at_mean(model, data)
    loop = Loop(model, data, run, run_id)
    if resume:
        loop.go_on(resume)
    yield loop.started()
    try:
        yield from _epochs(loop, ask)
    except (MemoryError, RuntimeError, TrainingFailed) as error:
        failure = explained(error, run.training.batch)
        if loop.choice.epoch:
            loop.take_best()
            yield loop.finished("failed")
        if failure is error:
            raise
        raise failure from error
    loop.take_best()
    if loop.scattered:
        yield loop.last_look()
    yield loop.finished("stopped" if loop.stopped else "done")


def _epochs(loop: Loop, ask: Callable[[], Wanted]) -> Iterator[Event]:
    while loop.epochs < loop.spec.epochs and not loop.is_out_of_time:
        yield from loop.epoch(ask)
        if loop.stopped:
            yield loop.checkpoint()
            if not loop.choice.epoch:  # else the best so far stand: a broken epoch has no figures of its own
                yield loop.validated()
            return
        yield loop.validated()
    yield loop.checkpoint()


class Loop:
    """One run in progress: everything that changes from step to step."""

    def __init__(self, model: Autoencoder, data: Dataset, run: RunSpec, run_id: str) -> None:
        self.model, self.data, self.run, self.run_id = model, data, run, run_id
        self.spec, self.dtype = run.training, choose_precision(run.training.precision, model.device)
        # A stream of randomness for each purpose, so that changing one leaves the others as they were.
        self._shuffle = torch.Generator().manual_seed(4 * self.spec.seed + 1)
        self._shifts = torch.Generator().manual_seed(4 * self.spec.seed + 2)
        self._noise = torch.Generator(model.device).manual_seed(4 * self.spec.seed + 3)
        give_generator(model, self._noise)
        self._optimiser = make_optimiser(model, self.spec)
        self._average = Average(model, self.spec.average)
        self.choice, self._clock = Choice(self._average.model), Clock()
        self._watch = Watch(self._average.model, data, run)
        self._ledger = Ledger(tuple(term_units(run)))
        self.per_epoch = math.ceil(len(data.train) / self.spec.batch)
        self.step, self.stopped, self.scattered = 0, False, False
        self.epochs, self._batches = 0, 0  # whole epochs done, and batches of the next
        self._order = self._shuffle.get_state()  # that the order of the epoch is drawn from
        self._epoch_mse = torch.zeros((), device=model.device)
        self._last: dict[str, Tensor] = {}
        self._wanted = Wanted()
        self._pins: tuple[int, ...] = ()

    def go_on(self, state: State) -> None:
        """Take over where an earlier sitting was. Raises UserError where the state is of another model."""
        restore_weights(self.model, state.under("model"))
        if averaged := state.under("average"):
            restore_weights(self._average.model, averaged)
            self._average.go_on(state.step)
        restore_optimiser(self._optimiser, state.under("optimiser"))
        for name, stream in self._streams().items():
            stream.set_state(torch.from_numpy(state.arrays[f"random.{name}"].copy()))
        self._order = self._shuffle.get_state()
        self._epoch_mse.copy_(torch.from_numpy(state.arrays["epoch_mse"].copy())[0])
        best = {name: torch.from_numpy(array.copy()) for name, array in state.under("best").items()}
        self.choice.go_on(best, state.smallest, state.best_epoch)
        self._clock = Clock(state.seconds, state.images)
        self._ledger = Ledger(tuple(term_units(self.run)), state.step)
        self.step, self.epochs, self._batches = state.step, state.epochs, state.batches

    def checkpoint(self) -> events.Checkpoint:
        """The run's state, between two steps."""
        tensors = under("model", self.model.state_dict())
        if self._average.model is not self.model:
            tensors |= under("average", self._average.model.state_dict())
        if self.choice.epoch:
            tensors |= under("best", self.choice.best())
        tensors |= under("optimiser", optimiser_tensors(self._optimiser))
        tensors |= under("random", {name: stream.get_state() for name, stream in self._streams().items()})
        tensors |= {"random.shuffle": self._order, "epoch_mse": self._epoch_mse}
        state = State(
            as_arrays({name: tensor.detach().to("cpu", copy=True) for name, tensor in tensors.items()}),
            step=self.step,
            epochs=self.epochs,
            batches=self._batches,
            images=self._clock.images,
            seconds=self._clock.seconds,
            best_epoch=self.choice.epoch,
            smallest=self.choice.smallest,
            lr=self._wanted.lr,
            weights=dict(self._wanted.weights),
        )
        return events.Checkpoint(self.run_id, state)

    def _streams(self) -> dict[str, torch.Generator]:
        return {"shuffle": self._shuffle, "shifts": self._shifts, "noise": self._noise}

    def started(self) -> events.Started:
        """What was built, and where it runs. The clock stands until the first step."""
        self._clock.pause()
        units = term_units(self.run)
        return events.Started(
            self.run_id,
            parameters=sum(w.numel() for w in self.model.parameters()),
            code_shape=self.model.code_shape,
            steps=self.per_epoch * self.spec.epochs,
            steps_per_epoch=self.per_epoch,
            epochs=self.spec.epochs,
            device=str(self.model.device),
            precision=str(self.dtype).removeprefix("torch."),
            terms=tuple(units),
            units=tuple(units.values()),
            step=self.step,
            limit=self.spec.seconds,
        )

    def epoch(self, ask: Callable[[], Wanted]) -> Iterator[Event]:
        """Every batch of the training images once, in a new order; an event for each."""
        self.model.train()
        if not self._batches:
            self._epoch_mse.zero_()
        began = self._clock.seconds
        order = batches(self.data.train, self.spec.batch, self._shuffle)
        for indices in itertools.islice(order, self._batches, None):
            wanted = self._wanted = ask()
            self.scattered |= wanted.scatter
            self._pins = wanted.pins or self._pins
            if wanted.checkpoint:
                yield from self._kept()
            while wanted.hold and not wanted.stop:
                self._clock.pause()
                yield self._look(wanted)
                wanted = self._wanted = ask()
                if wanted.checkpoint:
                    yield from self._kept()
            self._clock.resume()
            if wanted.stop:
                self.stopped = True
                break
            if self.is_out_of_time:
                break
            self._learn(indices, wanted)
            if self._watch.due(wanted) or self._clock.since_look() > FLUSH_SECONDS:
                event: Event = self._look(wanted)
            else:
                event = events.Stepped(self.run_id, self.step)
            self._clock.pause()  # until the next step: in a race the others take theirs meanwhile
            yield event
        self._clock.resume()
        synchronise(self.model.device)
        look = self._look(Wanted(), scatter_seconds=EPOCH_SHARE * (self._clock.seconds - began))
        self._clock.pause()
        yield look

    def _kept(self) -> Iterator[Event]:
        """A checkpoint, after the losses of the steps before it."""
        yield self._look(Wanted())
        yield self.checkpoint()

    def last_look(self) -> events.Snapshot:
        """The chosen weights' pictures and scatter, which is whole where a second is enough for that."""
        self._watch.stale()
        return self._look(Wanted(hold=True, pins=self._pins), scatter_seconds=LAST_LOOK)

    def _learn(self, indices: Tensor, wanted: Wanted) -> None:
        """One step down the gradient."""
        x = shifted(self.data.pixels(indices), self.spec.shift, self._shifts)
        set_lr(self._optimiser, self._lr(wanted))
        with autocast(x.device, self.dtype):
            p = forward(self.model, x, self.run, self._noise)
        terms = loss_terms(p, self.run, wanted.weights)
        mse = mse_per_pixel(p, terms)
        drop_gradients(self._optimiser)
        total(terms).backward()
        if self.spec.clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.spec.clip)
        take_step(self._optimiser)
        self._average.update()
        self.step += 1
        self._batches += 1
        self._watch.stale()
        self._clock.count(len(x))
        self._ledger.add(mse, terms)
        self._epoch_mse += mse * len(x)

    def _lr(self, wanted: Wanted) -> float:
        """The schedule's rate, scaled to the peak that the listener set."""
        scale = 1.0 if wanted.lr is None else wanted.lr / self.spec.lr
        step, steps = float(self.step), self.per_epoch * self.spec.epochs
        if self.spec.seconds:
            step = max(step, steps * min(1.0, self._clock.seconds / self.spec.seconds))
        return scale * lr_at(self.spec, step, steps)

    @property
    def is_out_of_time(self) -> bool:
        """Whether the time limit is reached, where there is one."""
        return 0 < self.spec.seconds <= self._clock.seconds

    def _look(self, wanted: Wanted, scatter_seconds: float = 0.0) -> events.Snapshot:
        lr = self._lr(wanted)
        curves = self._ledger.hand_over(lr)
        self._clock.looked()
        pictured = wanted.pins and self._watch.due(wanted)
        scatter = self._watch.scatter(hold=wanted.hold) if wanted.scatter else None
        if scatter_seconds and self.scattered:
            scatter = self._watch.bring_up(scatter_seconds)
        return events.Snapshot(
            self.run_id,
            step=self.step,
            epoch=self.step / self.per_epoch,
            seconds=self._clock.seconds,
            images_per_second=self._clock.rate,
            lr=lr,
            memory_mb=device_memory_mb(self.model.device),
            curves=curves,
            pictures=self._watch.pictures(wanted) if pictured else None,
            scatter=scatter,
            complete=self._watch.complete or not wanted.scatter,
        )

    def validated(self) -> events.EpochEnded:
        """The validation images' figures; the weights are kept if they are the best so far."""
        self._clock.resume()
        terms, mse = validate(self._average.model, self.data, self.run)
        self._clock.pause()
        seen = min(len(self.data.train), self._batches * self.spec.batch)
        self.epochs, self._batches = self.epochs + 1, 0
        self._order = self._shuffle.get_state()
        epoch = self.epochs
        return events.EpochEnded(
            self.run_id,
            epoch=epoch,
            step=self.step,
            train_mse=float(self._epoch_mse) / max(seen, 1),
            validation_mse=mse,
            validation_terms=terms,
            best=self.choice.consider(epoch, sum(terms.values())),
            seconds=self._clock.seconds,
        )

    def take_best(self) -> None:
        """Give the model, and what is looked at, the weights that did best on the validation images."""
        self._clock.pause()
        self._last, best = copied(self._average.model), self.choice.best()
        self.model.load_state_dict(best)
        self._average.model.load_state_dict(best)

    def finished(self, reason: Literal["done", "stopped", "failed"]) -> events.Finished:
        """The end; the event carries the best weights and the last."""
        return events.Finished(
            self.run_id,
            reason=reason,
            step=self.step,
            seconds=self._clock.seconds,
            images_per_second=self._clock.mean_rate,
            best_epoch=self.choice.epoch,
            best=as_arrays(self.choice.best()),
            last=as_arrays(self._last),
        )


def batches(indices: Tensor, size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """``indices`` in a new order, ``size`` at a time; the last batch may be smaller."""
    order = torch.randperm(len(indices), generator=generator).to(indices.device)
    return iter(indices[order].split(size))


def explained(error: Exception, batch: int) -> Exception:
    """Memory that ran out as a sentence that says what to do; any other error as it is."""
    out_of_memory = isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "alloc" in str(error)
    if not out_of_memory:
        return error
    return TrainingFailed(
        f"memory ran out at batch {batch}; try batch {max(1, batch // 2)} or a smaller model"
    )
