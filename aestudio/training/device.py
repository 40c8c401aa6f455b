"""The one place where a device, its precision and its threads are chosen."""

from __future__ import annotations

import contextlib
import os

import torch

from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.words import counted

_MOST_THREADS = 1024


def choose_device(name: str = "auto") -> torch.device:
    """The device called ``name``; ``auto`` takes CUDA, then Apple's MPS, then the CPU.

    Raises
    ------
    SpecError
        no device is called so.
    UserError
        there is no such device on this machine.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if _has_mps() else "cpu")
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": _has_mps()}
    try:
        device = torch.device(name)
    except RuntimeError:
        device = None
    if device is None or device.type not in present:
        raise SpecError("device", f"there is no device {name!r}", "use auto, cpu, cuda, cuda:1 or mps")
    if not present[device.type] or (device.index or 0) >= _count(device.type):
        have = ", ".join(kind for kind, here in present.items() if here)
        raise UserError(f"device {name!r} is not on this machine, which has {have}; use --device auto")
    return device


def _has_mps() -> bool:
    return torch.backends.mps.is_available()


def _count(kind: str) -> int:
    return torch.cuda.device_count() if kind == "cuda" else 1


def device_name(device: torch.device) -> str:
    """The device as a person knows it, for example ``NVIDIA H200`` or ``CPU, 2 threads``."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    return f"CPU, {counted(torch.get_num_threads(), 'thread')}"


def device_memory_mb(device: torch.device) -> float:
    """Memory that tensors take on an accelerator, in MB; 0 on the CPU, where the process itself counts."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device) / 1e6
    if device.type == "mps":
        return torch.mps.current_allocated_memory() / 1e6
    return 0.0


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 is computed by instructions of its own here rather than emulated."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()  # noqa: SLF001  # no public one
    return False


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """The dtype that matrix products run in for a spec's ``precision``."""
    wants = name == "bfloat16" or (name == "auto" and has_fast_bfloat16(device))
    return torch.bfloat16 if wants else torch.float32


def autocast(device: torch.device, dtype: torch.dtype) -> contextlib.AbstractContextManager[object]:
    """A context in which matrix products run in ``dtype``, the weights staying float32."""
    if dtype == torch.float32:
        return contextlib.nullcontext()
    return torch.autocast(device.type, dtype=dtype)


def use_threads(count: int = 0) -> None:
    """Let torch use ``count`` threads on the CPU; 0 takes every core this process may run on.

    Raises
    ------
    SpecError
        ``count`` is below 0, or more than any machine has cores.
    """
    if not 0 <= count <= _MOST_THREADS:
        raise SpecError("threads", f"{count} is out of range", f"use 0 to {_MOST_THREADS}")
    torch.set_num_threads(count or available_cores())


def threads_in_use() -> int:
    """Threads that torch uses on the CPU: sums come out the same bit for bit only with as many."""
    return torch.get_num_threads()


def flush_denormals() -> None:
    """Treat numbers below 1e-38 as 0 on the calling thread: late in a run they made steps 4 times slower."""
    torch.set_flush_denormal(True)


def available_cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def synchronise(device: torch.device) -> None:
    """Wait until the device has done what it was given, before a clock is read."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
