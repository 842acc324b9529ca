from pathlib import Path

import pytest

from cifar_core.hardware.devices import Device
from cifar_core.training.precision import bfloat16_is_hopeless, choose_precision

CPU = Device("cpu", "a processor")


@pytest.mark.parametrize(
    ("capability", "precision"),
    [
        ((9, 0), "mixed_bfloat16"),
        ((8, 0), "mixed_bfloat16"),
        ((7, 5), "mixed_float16"),
        ((7, 0), "mixed_float16"),
        ((6, 1), "float32"),
        ((0, 0), "float32"),
    ],
)
def test_a_gpu_computes_in_what_its_tensor_cores_know(capability: tuple[int, int], precision: str) -> None:
    assert choose_precision("auto", Device("gpu:0", "a GPU", capability=capability)) == precision


def test_a_processor_computes_in_bfloat16_where_that_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    def processor(vendor: str, flags: str) -> None:
        text = f"vendor_id : {vendor}\nflags : fpu {flags}\n"
        monkeypatch.setattr(Path, "read_text", lambda path, **_: text)

    processor("AuthenticAMD", "avx2 avx512f avx512_bf16")
    assert choose_precision("auto", CPU) == "mixed_bfloat16"
    assert not bfloat16_is_hopeless()
    processor("GenuineIntel", "avx512_bf16 amx_bf16 amx_tile")
    assert choose_precision("auto", CPU) == "mixed_bfloat16"
    processor("GenuineIntel", "avx512_bf16 avx512_fp16")  # AMX hidden by the virtual machine
    assert choose_precision("auto", CPU) == "float32"
    processor("GenuineIntel", "avx2 avx512f")  # computes it by AVX-512: how quickly is measured
    assert not bfloat16_is_hopeless()
    processor("AuthenticAMD", "avx2")
    assert choose_precision("auto", CPU) == "float32"
    assert bfloat16_is_hopeless()

    def missing(path: Path, **_: str) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", missing)  # macOS, Windows
    assert choose_precision("auto", CPU) == "float32"
    assert not bfloat16_is_hopeless()  # nobody knows


def test_what_was_asked_for_is_kept() -> None:
    assert choose_precision("float32", Device("gpu:0", "a GPU", capability=(9, 0))) == "float32"
    assert choose_precision("mixed_float16", CPU) == "mixed_float16"
