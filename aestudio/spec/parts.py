"""The contracts of the parts that a run is put together from, and the families that hold them.

A part is a frozen value and its own arithmetic in one file. It may use tensors but must not import torch
when its module is imported, so that forms and checks are there before torch is (torch takes a second).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from aestudio.spec.knobs import Spec, knob
from aestudio.spec.registry import Family

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from aestudio.spec.run import ModelSpec

Shape = tuple[int, ...]
"""The shape of one example without the batch: ``(features,)`` or ``(channels, height, width)``."""

Activation = Literal[
    "linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "tanh", "sigmoid"
]


@dataclass(frozen=True)
class Complaint:
    """What a part has against the model it is used with, and what would be right."""

    what: str
    fix: str
    advice: bool = False


@dataclass(frozen=True, kw_only=True)
class Part(Spec):
    """A named member of a :class:`Family`. The class docstring's first line is its help text."""

    kind: ClassVar[str]
    label: ClassVar[str]

    @classmethod
    def summary(cls) -> str:
        """The first paragraph of the class docstring: what the part is and where it comes from."""
        return " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())


@dataclass(frozen=True, kw_only=True)
class Layer(Part):
    """One step of an encoder or decoder."""

    def out_shape(self, shape: Shape) -> Shape:
        """The shape this layer turns ``shape`` into. Raises ShapeError where it cannot."""
        raise NotImplementedError

    def parameters(self, shape: Shape) -> int:
        """How many weights and biases the layer has on an input of ``shape``."""
        return 0

    def macs(self, shape: Shape) -> int:
        """Multiply-adds for one example in a forward pass."""
        return 0

    def build(self, shape: Shape) -> nn.Module:
        """A module that maps ``(N, *shape)`` to ``(N, *out_shape(shape))``, the activation included."""
        raise NotImplementedError

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        """The decoder's layers that lead from ``out_shape(shape)`` back to ``shape``.

        ``activation`` is the one that the encoder has at ``shape``; the mirror gives it back there.
        """
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Bottleneck(Part):
    """The code layer: how the encoder's last features become the code, and what the decoder receives."""

    variational: ClassVar[bool] = False

    def code_shape(self, shape: Shape) -> Shape:
        """The shape of the code made from features of ``shape``. Raises ShapeError where it cannot."""
        raise NotImplementedError

    def decoder_shape(self, shape: Shape) -> Shape:
        """The shape that the decoder's first layer receives (the code's, unless weights are tied)."""
        return self.code_shape(shape)

    def parameters(self, shape: Shape) -> int:
        """How many weights and biases the code layer has."""
        raise NotImplementedError

    def macs(self, shape: Shape) -> int:
        """Multiply-adds for one example in a forward pass."""
        raise NotImplementedError

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        """The decoder's layers that lead from ``decoder_shape(shape)`` back to ``shape``."""
        raise NotImplementedError

    def build(self, shape: Shape) -> nn.Module:
        """A ``CodeModule``: features to a Code, and codes to what the decoder receives."""
        raise NotImplementedError


@dataclass(frozen=True)
class Code:
    """What a bottleneck makes of a batch.

    Parameters
    ----------
    z
        the code, ``(N, *code_shape)``; a sample of the posterior while a variational model trains.
    mu
        mean of the posterior, or None.
    log_var
        log variance of the posterior, or None.
    """

    z: Tensor
    mu: Tensor | None = None
    log_var: Tensor | None = None

    @property
    def mean(self) -> Tensor:
        """The code without the posterior's noise: what is plotted, stored and decoded."""
        return self.z if self.mu is None else self.mu


@dataclass(frozen=True)
class Pass:
    """One forward pass, as losses and penalties see it. Pixels are in [0, 1] throughout.

    Parameters
    ----------
    model
        the module, for penalties that need its derivatives or weights.
    x
        clean images ``(N, *data_shape)``; what is to be reconstructed.
    x_in
        what the encoder was given: ``x``, corrupted or not.
    code
        the code of ``x_in``.
    logits
        the decoder's last values before the output activation, ``(N, *data_shape)``.
    x_hat
        the reconstruction, ``(N, *data_shape)``.
    generator
        source of any randomness a penalty needs.
    """

    model: nn.Module
    x: Tensor
    x_in: Tensor
    code: Code
    logits: Tensor
    x_hat: Tensor
    generator: torch.Generator | None = None


@dataclass(frozen=True, kw_only=True)
class Loss(Part):
    """How far a reconstruction is from the clean image: summed over pixels, averaged over the batch."""

    unit: ClassVar[str]

    def __call__(self, p: Pass) -> Tensor:
        """The loss per image, a scalar, in :attr:`unit`."""
        raise NotImplementedError

    def complaint(self, model: ModelSpec, shape: Shape) -> Complaint | None:
        """Why this loss does not suit the model, or None."""
        return None


@dataclass(frozen=True, kw_only=True)
class Penalty(Part):
    """A term added to the loss, per image; ``weight`` scales it and can be changed while training."""

    weight: float = knob(1.0, low=0.0, high=1e6, log=True, help="Weight of this term in the loss")
    unit: ClassVar[str] = "per image"

    def __call__(self, p: Pass) -> Tensor:
        """The term before weighting, a scalar: summed over units, averaged over the batch."""
        raise NotImplementedError

    def complaint(self, model: ModelSpec, shape: Shape) -> Complaint | None:
        """Why this penalty does not suit the model, or None."""
        return None


@dataclass(frozen=True, kw_only=True)
class Corruption(Part):
    """What is done to the images before the encoder sees them; the loss compares with the clean ones."""

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """A corrupted copy of ``x`` ``(N, *data_shape)`` in [0, 1]; all randomness from ``generator``."""
        raise NotImplementedError

    def complaint(self, model: ModelSpec, shape: Shape) -> Complaint | None:
        """Why this corruption does not suit the data, or None."""
        return None


LAYERS: Family[Layer] = Family("layer", "aestudio.models.layers")
BOTTLENECKS: Family[Bottleneck] = Family("bottleneck", "aestudio.models.bottlenecks")
LOSSES: Family[Loss] = Family("loss", "aestudio.objectives.losses")
PENALTIES: Family[Penalty] = Family("penalty", "aestudio.objectives.penalties")
CORRUPTIONS: Family[Corruption] = Family("corruption", "aestudio.objectives.corruptions")

FAMILIES: dict[type[Part], Family] = {
    Layer: LAYERS,
    Bottleneck: BOTTLENECKS,
    Loss: LOSSES,
    Penalty: PENALTIES,
    Corruption: CORRUPTIONS,
}
"""Which family a field's type is read from."""
