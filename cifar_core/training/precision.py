"""Which numbers a run computes with: short ones, where the hardware multiplies them faster."""

from pathlib import Path

from cifar_core.hardware.devices import Device
from cifar_core.recipes.config import Precision


def choose_precision(wanted: Precision, device: Device) -> str:
    """Resolve ``"auto"`` for a device.

    bfloat16 where it is fast: on AMD's processors with AVX-512 BF16, on Intel's with AMX, and on NVIDIA GPUs from
    compute capability 8.0 (Ampere) on. float16, whose small range needs the loss to be scaled, on GPUs whose tensor
    cores know only that (7.0 to 7.5, Volta and Turing). float32 elsewhere: numbers that are only emulated take longer.

    Parameters
    ----------
    wanted : {"auto", "float32", "mixed_bfloat16", "mixed_float16"}
        Anything but ``"auto"`` is kept.
    device : Device
        What the run computes on.

    Returns
    -------
    str
        Name of a Keras dtype policy; “mixed” ones keep the weights in float32.
    """
    if wanted != "auto":
        return wanted
    if device.id == "cpu":
        return "mixed_bfloat16" if _processor_gains_by_bfloat16() else "float32"
    if device.capability >= (8, 0):
        return "mixed_bfloat16"
    return "mixed_float16" if device.capability >= (7, 0) else "float32"


def bfloat16_is_hopeless() -> bool:
    """Whether this processor is known to have no AVX-512: TensorFlow then computes bfloat16 number by number."""
    processor = _processor()
    return "avx2" in processor and "avx512" not in processor


def _processor() -> str:
    """Return what Linux says of the processor; elsewhere nothing."""
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _processor_gains_by_bfloat16() -> bool:
    processor = _processor()
    # Intel's AVX-512 BF16 alone is no gain: on Emerald Rapids it multiplies matrices at half the speed of float32. Its
    # AMX is, which a virtual machine may hide.
    return "amx_bf16" in processor or ("avx512_bf16" in processor and "AuthenticAMD" in processor)
