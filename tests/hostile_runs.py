"""Run folders that break a rule of the format, each in one way: made from a good one at test time.

``python -m tests.hostile_runs`` reads them all and says which cost most.
"""

import copy
import io
import json
import os
import shutil
import socket
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from cifar_core.evaluation.epoch_predictions import begin_epochs, save_epoch
from cifar_core.evaluation.predictions import load_predictions, predictions_fingerprint
from cifar_core.runs.layout import RunPaths

Damaged = Literal["record", "metrics", "predictions", "epochs", "nothing"]
"""Which part of the run is to be called damaged; “nothing” where what is wrong is no part of what is shown."""

STAGE = '{"epochs": 1, "learning_rate": 1}'
HUGE = "1" + 400 * "0"
MOMENTS = (
    '"0001-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59-14:00"',
    '"yesterday"',
    "1e300",
    "-1e18",
    "[]",
    "{}",
    "true",
)
NO_SHARES = ("NaN", "-1", "2", "1e400", '"high"', "Infinity", HUGE)
NO_COUNTS = ("-1", HUGE, "1" + 5000 * "0", "1.5", '"many"', "[]", "1e300", "NaN")


NAMES = tuple(
    map(
        os.fsdecode,
        (b"no text \xff", b"UPPER", b"a b", b"a\nb", b"con", b"<b>bold</b>", b"x" * 200, b"cat\xe2\x80\xae"),
    )
)
"""Of folders that lie among the runs and are none."""


@dataclass(frozen=True)
class HostileRun:
    """What is wrong, which part is to be called damaged, and what does it to the folder of a good run."""

    name: str
    damaged: Damaged
    spoil: Callable[[RunPaths], object]


def _set(paths: RunPaths, dotted: str, raw: str) -> None:
    record = json.loads(paths.record.read_text(encoding="utf-8"))
    part: Any = record
    *outer, last = dotted.split(".")
    for name in outer:
        part = part[name]
    part[last] = "@here@"
    paths.record.write_text(json.dumps(record).replace('"@here@"', raw), encoding="utf-8")


def fields() -> Iterator[HostileRun]:
    """Yield records of which one field is beyond its bounds."""
    values: dict[str, tuple[str, ...]] = {
        "created": (*MOMENTS, "null"),
        "started": MOMENTS,
        "ended": MOMENTS,
        "status": ('"asleep"', "5", "null"),
        "priority": ("11", HUGE, "NaN"),
        "place": ("NaN", "Infinity", "-1", "1e300", HUGE),
        "hours_allowed": ("0", "-1", "NaN", "1e300"),
        "parameters": NO_COUNTS,
        "schema_version": ("99", "-1", HUGE),
        "id": ("5", json.dumps("x" * 5000)),
        "error": ("5", "[]"),
        "attempts": ("5", "[5]", f"[{','.join(['{}'] * 5000)}]", f"[{','.join(['{}'] * 100_000)}]"),
        "data.class_names": ("[]", '"abc"', "[1, 2]", "{}", "null", json.dumps(["x"] * 20_000)),
        "data.test_pictures": NO_COUNTS,
        "data.validation_pictures": NO_COUNTS,
        "data.fingerprint": (json.dumps("f" * 5000), "5"),
        "data.key": (json.dumps("k" * 5000),),
        "results.test_accuracy": NO_SHARES,
        "results.validation_accuracy": (*NO_SHARES, "null"),
        "results.validation_loss": ("NaN", "Infinity", "1e300", HUGE, "null"),
        "results.test_accuracy_six_views": NO_SHARES,
        "results.epochs": NO_COUNTS,
        "results.best_epoch": NO_COUNTS,
        "results.training_seconds": ("-1", "NaN", "1e300", HUGE),
        "results.images_per_second": ("-1", "NaN", "1e300"),
        "environment.versions": ("[]", '{"a": 5}', json.dumps({str(n): "x" for n in range(2000)})),
        "environment.hardware": ("5",),
        "group": ('{"id": "g", "kind": "seeds", "name": "n", "number": -1}', '{"id": 5}', "5"),
        "config.epochs": ("0", "1000000000", HUGE, "NaN"),
        "config.learning_rate": ("NaN", "-1", HUGE),
        "config.seed": ("-1", HUGE),
        "config.name": ('""', json.dumps("x" * 500_000), '"cat\\u202e"', '"\\u0000"', '"\\ud800"'),
        "config.model": (json.dumps("m" * 500_000), "5"),
        "config.data": (json.dumps("d" * 500_000), "5"),
        "config.kind": ('"imported"', '"other"'),
        "config.schedule": (f'{{"kind": "stages", "stages": [{",".join([STAGE] * 5000)}]}}',),
        "config": ("5", "[]", "null", "{}"),
    }  # fmt: skip
    for dotted, raws in values.items():
        for raw in raws:
            shown = raw if len(raw) < 30 else f"{raw[:20]} … ({len(raw)})"
            yield HostileRun(
                f"run.json: {dotted} {shown}", "record", lambda paths, d=dotted, r=raw: _set(paths, d, r)
            )
    for dotted, raw in (
        ("error", json.dumps("x" * 500_000)),
        ("owner", '"\\u202e\\u0007"'),
        ("unknown", json.dumps("x" * 500_000)),
        ("config.model", '"../../etc/passwd"'),
        ("data.test_pictures", "1000000000000"),
        ("data.test_pictures", "0"),
        ("data.class_names", json.dumps(["same"] * 10)),
        ("data.class_names", '["one"]'),
    ):
        damaged: Damaged = "predictions" if dotted == "data.test_pictures" or raw == '["one"]' else "nothing"
        yield HostileRun(
            f"run.json: {dotted} {raw[:30]}", damaged, lambda paths, d=dotted, r=raw: _set(paths, d, r)
        )


def contents() -> Iterator[HostileRun]:
    """Yield files that are no record, no metrics and no predictions at all."""
    texts = {
        "empty": b"",
        "spaces": b" " * 1000,
        "a list": b"[]",
        "null": b"null",
        "a text": b'"text"',
        "deep": b"[" * 200_000,
        "deep inside": b'{"config": ' + b'{"a":' * 100_000,
        "zeros": bytes(10_000),
        "UTF-16": '{"id": "x"}'.encode("utf-16"),
        "no UTF-8": b'{"id": "\xff\xfe"}',
        "many empty objects": b"[" + b"{}," * 400_000 + b"{}]",
        "many keys": json.dumps({str(number): number for number in range(49_000)}).encode(),
        "a long number": b'{"schema_version": ' + b"9" * 1_000_000 + b"}",
        "a long text": b'{"id": "' + b"x" * 1_900_000 + b'"}',
        "too large": b" " * 5_000_000,
    }
    for name, content in texts.items():
        yield HostileRun(
            f"run.json: {name}", "record", lambda paths, content=content: paths.record.write_bytes(content)
        )
        yield HostileRun(
            f"predictions.npz: {name}",
            "predictions",
            lambda paths, content=content: paths.predictions.write_bytes(content),
        )


def places() -> Iterator[HostileRun]:
    """Yield what is no file of the folder, in the place of each of its files."""
    parts: dict[str, Damaged] = {
        "run.json": "record",
        "metrics.jsonl": "metrics",
        "predictions.npz": "predictions",
        "heartbeat.json": "nothing",
        "worker.log": "nothing",
        "model.keras": "nothing",
        "checkpoint": "nothing",
        "stop": "nothing",
        "notes.json": "nothing",
    }
    for name, damaged in parts.items():

        def put(place: Callable[[Path], object], name: str = name) -> Callable[[RunPaths], object]:
            def spoil(paths: RunPaths) -> None:
                path = paths.folder / name
                path.unlink(missing_ok=True)
                place(path)

            return spoil

        def link(target: str) -> Callable[[Path], object]:
            return lambda path: path.symlink_to(target)

        yield HostileRun(f"{name}: a pipe", damaged, put(os.mkfifo))
        yield HostileRun(f"{name}: a folder", damaged, put(Path.mkdir))
        yield HostileRun(f"{name}: a socket", damaged, put(_socket))
        for target in (
            "/dev/zero",
            "/dev/random",
            "/proc/self/environ",
            "/etc/passwd",
            "../other-run/" + name,
        ):
            yield HostileRun(f"{name}: a link to {target}", damaged, put(link(target)))
        yield HostileRun(f"{name}: a link to itself", damaged, put(link(name)))
        missing: Damaged = "nothing" if name == "metrics.jsonl" else damaged  # as if there were none
        yield HostileRun(f"{name}: a link to nothing", missing, put(link("nothing")))
        yield HostileRun(f"{name}: 8 TB of nothing", damaged, put(_sparse))


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # The name of a socket is short.
    try:
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(path.name)
    finally:
        os.chdir(here)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(8 * 10**12)


def metrics() -> Iterator[HostileRun]:
    """Yield lines that no training writes."""
    good = {
        "kind": "epoch", "epoch": 4, "loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5,
        "learning_rate": 0.1, "images_per_second": 10.0, "seconds": 1.0,
    }  # fmt: skip
    tick = {
        "kind": "tick", "epoch": 4, "step": 1, "steps": 2, "loss": 1.0, "accuracy": 0.5, "images_per_second": 1.0,
    }  # fmt: skip

    def line(document: dict[str, Any], name: str, raw: str) -> bytes:
        return json.dumps(document | {name: "@here@"}).replace('"@here@"', raw).encode() + b"\n"

    def add(content: bytes) -> Callable[[RunPaths], object]:
        def spoil(paths: RunPaths) -> None:
            with paths.metrics.open("ab") as file:
                file.write(content)

        return spoil

    for document in (good, tick):
        for name in document:
            if name == "kind":
                continue
            raws = ["[]", '"1"', "{}", "true", HUGE]
            raws += ["null", "-1", "1.5"] if name in ("epoch", "step", "steps") else []
            raws += ["7", "-1"] if "accuracy" in name else []
            for raw in raws:
                what = f"metrics.jsonl: {document['kind']} with {name} {raw[:20]}"
                yield HostileRun(what, "metrics", add(line(document, name, raw)))
    yield HostileRun("metrics.jsonl: an epoch without its figures", "metrics", add(b'{"kind": "epoch"}\n'))
    for what, content in {
        "a list": b"[]\n",
        "no JSON": b"\xff\xfe\n",
        "another kind": b'{"kind": ["epoch"]}\n',
        "deep": b"[" * 4000 + b"\n",
        "very deep": b"[" * 1_000_000 + b"\n",
        "zeros": bytes(1_000_000),
        "a line of 40 MB": b" " * 40_000_000 + b"\n",
        "500,000 ticks": json.dumps(tick).encode().join([b"\n"] * 500_000),
        "figures that are none": line(good, "loss", "NaN") + line(good, "accuracy", "null"),
    }.items():
        yield HostileRun(f"metrics.jsonl: {what}", "nothing", add(content))
    for what, content in {
        "a million lines": b"{}\n" * 1_000_000,
        "a million epochs": json.dumps(good).encode().join([b"\n"] * 300_000),
        "100,000 epochs": b"".join(line(good, "epoch", str(number)) for number in range(100_000)),
        "500,000 wrong ones": b'{"kind":"epoch","epoch":null}\n' * 500_000,
        "20,000 wrong ones": b'{"kind":"epoch","epoch":null}\n' * 19_990,
        "33 million empty lines": b"\n" * 33_000_000,
    }.items():
        yield HostileRun(f"metrics.jsonl: {what}", "metrics", add(content))


def _npy(shape: str, kind: str = "<f2", data: bytes = b"", order: str = "False") -> bytes:
    header = f"{{'descr': {kind!r}, 'fortran_order': {order}, 'shape': {shape}, }}"
    if kind.startswith("["):
        header = f"{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}"
    packed = header.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(packed)) + packed + data


def _zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(
        file, "w", method, compresslevel=1
    ) as archive:  # Quickly: there are gigabytes of zeros.
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def predictions() -> Iterator[HostileRun]:
    """Yield arrays that are no predictions."""

    def replaced(name: str, change: Callable[[Any], Any]) -> Callable[[RunPaths], object]:
        def spoil(paths: RunPaths) -> None:
            with np.load(paths.predictions) as archive:
                arrays = dict(archive)
            np.savez_compressed(paths.predictions, **(arrays | {name: change(arrays[name])}))

        return spoil

    def member(name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> Callable[[RunPaths], object]:
        def spoil(paths: RunPaths) -> None:
            with zipfile.ZipFile(paths.predictions) as archive:
                members = {one: archive.read(one) for one in archive.namelist()}
            paths.predictions.write_bytes(_zipped(members | {f"{name}.npy": content}, method))

        return spoil

    changes: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "labels in two dimensions": ("test_labels", lambda labels: labels[:, None]),
        "labels of no class": ("test_labels", lambda labels: labels + 10),
        "negative labels": ("test_labels", lambda labels: labels - 10),
        "labels that are fractions": ("test_labels", lambda labels: labels + 0.5),
        "labels of 2⁶³": ("test_labels", lambda labels: labels.astype(np.uint64) + 2**63),
        "labels as text": ("test_labels", lambda labels: labels.astype(str)),
        "fewer labels": ("test_labels", lambda labels: labels[:-1]),
        "one label": ("test_labels", lambda labels: labels[0]),
        "double indices": ("test_indices", lambda indices: indices * 0),
        "one double index": ("test_indices", lambda indices: np.r_[indices[:-1], indices[0]]),
        "indices beyond the split": ("test_indices", lambda indices: indices + 10**6),
        "negative indices": ("test_indices", lambda indices: indices - 5),
        "logits in one dimension": ("test_logits", lambda logits: logits[:, 0]),
        "logits in three dimensions": ("test_logits", lambda logits: logits[..., None]),
        "logits of no class": ("test_logits", lambda logits: logits[:, :0]),
        "logits of other classes": ("test_logits", lambda logits: logits[:, :9]),
        "logits that are NaN": ("test_logits", lambda logits: logits * np.nan),
        "logits that are infinite": ("test_logits", lambda logits: logits + np.inf),
        "logits that are whole": ("test_logits", lambda logits: logits.astype(np.int8)),
        "logits that are complex": ("test_logits", lambda logits: logits.astype(complex)),
        "logits of 10³⁰⁰": ("test_logits", lambda logits: logits.astype(float) * 1e300 + 1e300),
        "no pictures": ("test_logits", lambda logits: logits[:0]),
        "a fingerprint of a megabyte": ("fingerprint", lambda _: np.array("f" * 250_000)),
        "two fingerprints": ("fingerprint", lambda _: np.array(["a", "b"])),
        "another fingerprint": ("fingerprint", lambda _: np.array("f" * 16)),
        "a fingerprint that is a number": ("fingerprint", lambda _: np.array(5)),
        "objects": ("test_labels", lambda labels: labels.astype(object)),
    }
    for what, (name, change) in changes.items():
        yield HostileRun(f"predictions.npz: {what}", "predictions", replaced(name, change))

    zeros = bytes(300_000_000)
    bomb = _npy("(15000000, 10)", data=zeros)
    del zeros
    packed = _zipped({"test_logits.npy": bomb})
    del bomb
    headers = {
        "10¹² rows": _npy("(1000000000000, 10)"),
        "11 million outputs": _npy("(80, 137500)"),
        "a row of 10¹²": _npy("(80, 1000000000000)"),
        "10⁴⁰⁰ rows": _npy(f"({HUGE}, 10)"),
        "negative rows": _npy("(-1, 10)"),
        "a hundred dimensions": _npy(f"({'1,' * 40})"),
        "no shape": _npy("None"),
        "a shape of text": _npy("('a', 'b')"),
        "true rows": _npy("(True, 10)"),
        "a long text a row": _npy("(80, 10)", "<U1000000000"),
        "structures": _npy("(80, 10)", "[('a', '<f2')]"),
        "objects in the header": _npy("(80, 10)", "|O"),
        "dates": _npy("(80, 10)", "<M8[s]"),
        "nothing behind its header": _npy("(80, 10)"),
        "a nested header": b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"(" * 9000,
        "a header of minus signs": b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"-" * 8999 + b"1",
        "a header of a gigabyte": b"\x93NUMPY\x02\x00" + struct.pack("<I", 10**9) + b"{" * 1000,
        "another version": b"\x93NUMPY\x09\x00" + bytes(100),
        "no header": b"no array at all",
        "nothing at all": b"",
    }
    for what, content in headers.items():
        yield HostileRun(
            f"predictions.npz: logits with {what}", "predictions", member("test_logits", content)
        )
        yield HostileRun(
            f"predictions.npz: labels with {what}", "predictions", member("test_labels", content)
        )
    yield HostileRun(
        "predictions.npz: 300 MB of zeros", "predictions", lambda paths: paths.predictions.write_bytes(packed)
    )
    for method, what in ((zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")):
        yield HostileRun(
            f"predictions.npz: packed with {what}", "predictions", member("more", b"x" * 1000, method)
        )
    many = _zipped({f"m{number}.npy": b"" for number in range(60_000)}, zipfile.ZIP_STORED)
    yield HostileRun(
        "predictions.npz: 60,000 members", "predictions", lambda paths: paths.predictions.write_bytes(many)
    )

    def bits(at: int, value: int) -> Callable[[RunPaths], object]:
        """Change a byte of the first entry of the archive's list."""

        def spoil(paths: RunPaths) -> None:
            data = bytearray(paths.predictions.read_bytes())
            entry = data.index(b"PK\x01\x02")
            data[entry + at] = value
            paths.predictions.write_bytes(data)

        return spoil

    for what, at, value in (
        ("encrypted", 8, 1),
        ("of a method that nobody knows", 10, 99),
        ("elsewhere", 42, 255),
    ):
        yield HostileRun(f"predictions.npz: a member {what}", "predictions", bits(at, value))

    def damage(number: int) -> Callable[[RunPaths], object]:
        def spoil(paths: RunPaths) -> None:
            data = bytearray(paths.predictions.read_bytes())
            start = data.index(b"test_logits.npy") + 60
            for place in np.random.default_rng(number).integers(start, start + 100, 6):
                data[place] ^= 0xFF
            paths.predictions.write_bytes(data)

        return spoil

    for number in range(5):
        yield HostileRun(f"predictions.npz: six bytes wrong ({number})", "predictions", damage(number))


EPOCHS = 3


def _write_epochs(paths: RunPaths) -> None:
    validated = load_predictions(paths.predictions, "validation")
    begin_epochs(
        paths.epochs, validated.labels, validated.indices, predictions_fingerprint(paths.predictions)
    )
    for epoch in range(1, EPOCHS + 1):
        save_epoch(paths.epochs, epoch, np.roll(validated.logits, epoch, axis=0))


def epochs() -> Iterator[HostileRun]:
    """Yield folders of epochs of which one file, or all, are no predictions."""

    def spoiled(what: str, change: Callable[[Path], object]) -> HostileRun:
        def spoil(paths: RunPaths) -> None:
            _write_epochs(paths)
            change(paths.epochs)

        return HostileRun(f"epochs: {what}", "epochs", spoil)

    def put(name: str, place: Callable[[Path], object]) -> Callable[[Path], object]:
        def change(folder: Path) -> None:
            (folder / name).unlink()
            place(folder / name)

        return change

    def link(target: str) -> Callable[[Path], object]:
        return lambda path: path.symlink_to(target)

    def arrays(**given: Any) -> Callable[[Path], object]:
        def write(path: Path) -> None:
            members = {f"{name}.npy": io.BytesIO() for name in given}
            for file, value in zip(members.values(), given.values(), strict=True):
                np.save(file, value)
            path.write_bytes(_zipped({name: file.getvalue() for name, file in members.items()}))

        return write

    def content(data: bytes) -> Callable[[Path], object]:
        return lambda path: path.write_bytes(data)

    bomb = _zipped({"probabilities.npy": _npy("(10, 25000000)", "|u1", bytes(250_000_000))})
    many = _zipped(
        {"probabilities.npy": _npy("(10, 10)", "|u1", b"\1" * 100)} | {f"m{number}": b"" for number in range(8000)},
        zipfile.ZIP_STORED,
    )  # fmt: skip
    files: dict[str, Callable[[Path], object]] = {
        "a pipe": os.mkfifo,
        "a folder": Path.mkdir,
        "a socket": _socket,
        "8 TB of nothing": _sparse,
        "a link to itself": link("epoch-0002.npz"),
        "a link to nothing": link("nothing"),
        "a link to /dev/zero": link("/dev/zero"),
        "a link out of the folder": link("../predictions.npz"),
        "empty": content(b""),
        "zeros": content(bytes(10_000)),
        "a quarter of a gigabyte, packed": content(bomb),
        "many members": content(many),
        "10¹² rows": content(_zipped({"probabilities.npy": _npy("(1000000000000, 10)", "|u1")})),
        "10⁴⁰⁰ columns": content(_zipped({"probabilities.npy": _npy(f"(10, {HUGE})", "|u1")})),
        "a nested header": content(
            _zipped({"probabilities.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"(" * 9000})
        ),
        "NaN": arrays(probabilities=np.full((10, 10), np.nan)),
        "float32": arrays(probabilities=np.full((10, 10), 0.1, np.float32)),
        "int64": arrays(probabilities=np.ones((10, 10), np.int64)),
        "truth values": arrays(probabilities=np.ones((10, 10), np.bool_)),
        "text": arrays(probabilities=np.full((10, 10), "a")),
        "one row more": arrays(probabilities=np.ones((11, 10), np.uint8)),
        "one dimension": arrays(probabilities=np.ones(10, np.uint8)),
        "three dimensions": arrays(probabilities=np.ones((10, 10, 1), np.uint8)),
        "no columns": arrays(probabilities=np.ones((10, 0), np.uint8)),
        "other classes": arrays(probabilities=np.ones((10, 11), np.uint8)),
        "nothing said": arrays(probabilities=np.zeros((10, 10), np.uint8)),
        "objects": arrays(probabilities=np.full((10, 10), None)),
        "another array": arrays(logits=np.ones((10, 10), np.uint8)),
    }
    for what, place in files.items():
        yield spoiled(f"epoch-0002.npz: {what}", put("epoch-0002.npz", place))
    good: dict[str, Any] = {
        "labels": np.arange(10),
        "indices": np.arange(10),
        "fingerprint": np.array("f" * 16),
    }
    pictures: dict[str, dict[str, Any]] = {
        "of other pictures": {},
        "NaN": {"labels": np.full(10, np.nan)},
        "labels of 2⁶³": {"labels": np.full(10, 2**63, np.uint64)},
        "labels beyond": {"labels": np.arange(10) + 5},
        "two dimensions": {"labels": np.zeros((10, 1), np.int64), "indices": np.arange(10)[:, None]},
        "doubles": {"indices": np.arange(10) // 2},
        "ten million": {"labels": np.zeros(9_900_000, np.int64), "indices": np.arange(9_900_000)},
        "a fingerprint of a megabyte": {"fingerprint": np.array("f" * 250_000)},
        "objects": {"labels": np.full(10, None)},
    }
    for what, changes in pictures.items():
        yield spoiled(f"validation.npz: {what}", put("validation.npz", arrays(**good | changes)))
    for what in ("a pipe", "a folder", "8 TB of nothing", "a link to /dev/zero", "empty", "many members"):
        yield spoiled(f"validation.npz: {what}", put("validation.npz", files[what]))

    def many_files(count: int, place: Callable[[Path], object]) -> Callable[[Path], object]:
        return lambda folder: [place(folder / f"epoch-{number + 10:06d}.npz") for number in range(count)]

    def ten_megabytes(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(10_000_000)

    yield spoiled("20,000 links to nothing", many_files(20_000, link("nothing")))
    yield spoiled("2,000 files of ten megabytes", many_files(2_000, ten_megabytes))
    yield spoiled("20 files with many members", many_files(20, content(many)))

    def instead(place: Callable[[Path], object]) -> Callable[[Path], object]:
        def change(folder: Path) -> None:
            shutil.rmtree(folder)
            place(folder)

        return change

    yield spoiled("an empty folder", instead(Path.mkdir))
    yield spoiled("a link to a folder", instead(link("..")))


def heartbeats() -> Iterator[HostileRun]:
    """Yield beats of a run that says it is being trained; a wrong one counts as none."""
    good = {
        "pid": 1, "host": "h", "host_id": "i", "process_started": 1e9, "process_mark": "m", "written": 1e9,
        "next_due": 1e9 + 5, "stage": "training", "epoch": 1, "epochs": 2, "step": 1, "steps": 2, "seconds_left": 5.0,
    }  # fmt: skip
    raws = ("NaN", "Infinity", "-1", HUGE, "1e300", "[]", "null", '"x"', json.dumps("x" * 5000))
    for name in good:
        for raw in raws:

            def spoil(paths: RunPaths, name: str = name, raw: str = raw) -> None:
                _set(paths, "status", '"running"')
                _set(paths, "results", "null")
                text = json.dumps(copy.deepcopy(good) | {name: "@here@"}).replace('"@here@"', raw)
                paths.heartbeat.write_text(text, encoding="utf-8")

            yield HostileRun(f"heartbeat.json: {name} {raw[:20]}", "nothing", spoil)


def others() -> Iterator[HostileRun]:
    """Yield what else may lie in the folder."""

    def checkpoint(name: str, content: bytes = b"") -> Callable[[RunPaths], object]:
        def spoil(paths: RunPaths) -> None:
            _set(paths, "status", '"stopped"')
            paths.checkpoint.mkdir()
            (paths.checkpoint / name).write_bytes(content)

        return spoil

    bomb = _zipped(
        {"state.npy": _npy("()", "<U62500000", bytes(250_000_000)), "weights/0.npy": _npy("(10,)")}
    )
    for name, content in {
        "epoch-x.npz": b"",
        "epoch-.npz": b"",
        "epoch-٣.npz": b"",
        "epoch-" + "9" * 200 + ".npz": b"",
        "epoch-0001.npz": bomb,
        "epoch-0002.npz": _zipped({"state.npy": _npy("(1000000000000,)")}),
        "epoch-0003.npz": b"no archive",
    }.items():
        yield HostileRun(f"checkpoint: {name[:20]}", "nothing", checkpoint(name, content))
    long_line = b"\x1b[2J" + b"x" * 5_000_000
    yield HostileRun("worker.log: a long line", "nothing", lambda paths: paths.log.write_bytes(long_line))
    yield HostileRun(
        "worker.log: no text", "nothing", lambda paths: paths.log.write_bytes(bytes(range(256)) * 1000)
    )
    yield HostileRun(
        "no file at all", "record", lambda paths: [file.unlink() for file in paths.folder.iterdir()]
    )


def hostile_runs() -> Iterator[HostileRun]:
    """Yield all of them."""
    for family in (fields, contents, places, metrics, predictions, epochs, heartbeats, others):
        yield from family()


def spoiled_copy(good: RunPaths, root: Path, number: int, hostile: HostileRun) -> RunPaths:
    """Copy a good run into a folder of runs and spoil the copy; its id has the number."""
    paths = RunPaths(root / f"hostile-{number:04d}")
    shutil.copytree(good.folder, paths.folder)
    hostile.spoil(paths)
    return paths


def main() -> None:
    from cifar_core.data.catalog import open_dataset
    from cifar_core.settings import Settings
    from tests.costs import Cost
    from tests.fake_runs import write_run
    from tests.look_at_run import look_at

    settings = Settings.from_environment()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        dataset = open_dataset("drawn:80", settings)
        good = write_run(root / "good", "good", dataset)
        write_run(root / "runs", "other-run", dataset)
        for number, hostile in enumerate(hostile_runs()):
            paths = spoiled_copy(good, root / "runs", number, hostile)
            with Cost() as cost:
                damaged, said = look_at(paths, dataset)
            mark = " " if damaged == hostile.damaged else "!"
            print(
                f"{mark} {cost.seconds:5.2f} s {cost.megabytes:4.0f} MB {hostile.name}: {damaged}: {said[:100]}",
                flush=True,
            )
            shutil.rmtree(paths.folder)


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, "utf-8")
    main()
