"""``train()``: the loop, as a generator of events. It knows no thread, file or widget."""

from __future__ import annotations

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
from aestudio.training.events import Event, Wanted
from aestudio.training.ledger import Ledger, TrainingFailed
from aestudio.training.objective import forward, loss_terms, mse_per_pixel, term_units, total
from aestudio.training.optimiser import Average, drop_gradients, make_optimiser, set_lr, take_step
from aestudio.training.schedule import lr_at
from aestudio.training.shifts import shifted
from aestudio.training.start import start_at_mean
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
) -> Iterator[Event]:
    """Train ``model`` on ``data`` (both on one device) as ``run`` says, and tell how it goes.

    ``ask`` is called before each step and says what the listener wants of it. The first event is Started,
    each step gives a Stepped or a Snapshot, each epoch an EpochEnded, and the last event is Finished; the
    model then holds the weights that did best on the validation images. Closing the generator stops at once.

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
    start_at_mean(model, data)
    loop = Loop(model, data, run, run_id)
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
    for epoch in range(1, loop.spec.epochs + 1):
        yield from loop.epoch(ask)
        if loop.stopped and loop.choice.epoch:
            return  # a broken epoch has no figures of its own; the best weights so far stand
        yield loop.validated(epoch)
        if loop.stopped:
            return


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
        self._epoch_mse = torch.zeros((), device=model.device)
        self._last: dict[str, Tensor] = {}

    def started(self) -> events.Started:
        """What was built, and where it runs."""
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
        )

    def epoch(self, ask: Callable[[], Wanted]) -> Iterator[Event]:
        """Every batch of the training images once, in a new order; an event for each."""
        self.model.train()
        self._epoch_mse.zero_()
        began = self._clock.seconds
        for indices in batches(self.data.train, self.spec.batch, self._shuffle):
            wanted = ask()
            self.scattered |= wanted.scatter
            while wanted.hold and not wanted.stop:
                self._clock.pause()
                yield self._look(wanted)
                wanted = ask()
            self._clock.resume()
            if wanted.stop:
                self.stopped = True
                break
            self._learn(indices, wanted)
            if self._watch.due(wanted) or self._clock.since_look() > FLUSH_SECONDS:
                yield self._look(wanted)
            else:
                yield events.Stepped(self.run_id, self.step)
        synchronise(self.model.device)
        yield self._look(Wanted(), scatter_seconds=EPOCH_SHARE * (self._clock.seconds - began))

    def last_look(self) -> events.Snapshot:
        """The scatter of the chosen weights, whole where a second is enough for that."""
        self._watch.stale()
        return self._look(Wanted(), scatter_seconds=LAST_LOOK)

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
        self._watch.stale()
        self._clock.count(len(x))
        self._ledger.add(mse, terms)
        self._epoch_mse += mse * len(x)

    def _lr(self, wanted: Wanted) -> float:
        """The schedule's rate, scaled to the peak that the listener set."""
        scale = 1.0 if wanted.lr is None else wanted.lr / self.spec.lr
        return scale * lr_at(self.spec, self.step, self.per_epoch * self.spec.epochs)

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

    def validated(self, epoch: int) -> events.EpochEnded:
        """The validation images' figures; the weights are kept if they are the best so far."""
        terms, mse = validate(self._average.model, self.data, self.run)
        seen = min(len(self.data.train), self.step * self.spec.batch - (epoch - 1) * len(self.data.train))
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
