"""Archives and pickles that ask for too much: small, and made at test time."""

import gzip
import pickle
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

PICTURES = np.random.default_rng(0).integers(0, 256, (40, 3072), dtype=np.uint8)
LABELS = [index % 4 for index in range(40)]
MEGABYTE = 1_000_000


def batch(**changes: object) -> bytes:
    return pickle.dumps({"data": PICTURES, "labels": LABELS} | changes, protocol=4)


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """Write a header of a tar file, for any size that there may be."""
    member = tarfile.TarInfo(name)
    member.size, member.type = size, kind
    return member.tobuf(tarfile.GNU_FORMAT)


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 512)


def member(name: str, content: bytes) -> bytes:
    return header(name, len(content)) + padded(content)


END = bytes(1024)
NOISE = padded(np.random.default_rng(0).bytes(20 * MEGABYTE))
GOOD = member("data_batch_1", batch()) + member("test_batch", batch())


def zeros(packer: "zlib._Compress", size: int) -> Iterator[bytes]:
    block = bytes(MEGABYTE)
    for _ in range(size // MEGABYTE):
        yield packer.compress(block)


def packed(path: Path, *parts: bytes | int) -> None:
    """Write a gzip file of texts and, for numbers, of so many zeros."""
    packer = zlib.compressobj(1, wbits=31)
    with path.open("wb") as file:
        for part in parts:
            file.writelines(zeros(packer, part) if isinstance(part, int) else [packer.compress(part)])
        file.write(packer.flush())


def pax(size: int) -> bytes:
    record = b"%d comment=" % size + b"x" * size
    return header("pax", len(record), tarfile.XHDTYPE) + padded(record)


GIGABYTES = 2_000 * MEGABYTE
"""What headers say."""

ZEROS = 200 * MEGABYTE
"""What is there: whoever goes on reading has lost already."""

ARCHIVES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a long name of gigabytes": (
        lambda path: packed(
            path, header("././@LongLink", GIGABYTES, tarfile.GNUTYPE_LONGNAME), ZEROS, GOOD, END
        ),
        "a header of 2,000,000,000 bytes",
    ),
    "a pax header of gigabytes": (
        lambda path: packed(path, header("pax", GIGABYTES, tarfile.XHDTYPE), ZEROS, GOOD, END),
        "a header of 2,000,000,000 bytes",
    ),
    "a header for all of gigabytes": (
        lambda path: packed(path, header("pax", GIGABYTES, tarfile.XGLTYPE), ZEROS, GOOD, END),
        "a header of 2,000,000,000 bytes",
    ),
    "headers about headers about headers": (
        lambda path: packed(path, *[pax(400)] * 20_000, GOOD, END),
        "cannot be read to its end",
    ),
    "300,000 members": (
        lambda path: packed(path, GOOD, header("empty", 0) * 300_000, END),
        "holds more than 1,000 files. Pack the pictures and labels alone.",
    ),
    "300,000 members first": (
        lambda path: packed(path, header("empty", 0) * 300_000, GOOD, END),
        "holds more than 1,000 files. Pack the pictures and labels alone.",
    ),
    "8 GB of another file": (
        lambda path: packed(path, GOOD, header("padding.bin", 4 * GIGABYTES), ZEROS, END),
        "holds “padding.bin” with 8 GB, which is no part of a data set.",
    ),
    "several files of 40 MB": (
        lambda path: packed(path, *[header("a", 40 * MEGABYTE), 40 * MEGABYTE] * 3, GOOD, END),
        "unpacks to more than 50 times its size",
    ),
    "gigabytes of padding after the end": (
        lambda path: _write(path, GOOD + END + bytes(60 * MEGABYTE)),
        "holds more than 50 MB beside its pictures and labels",
    ),
    "files that are not wanted": (
        lambda path: _write(path, (header("a", 20 * MEGABYTE) + NOISE) * 3 + GOOD + END),
        "holds more than 50 MB beside its pictures and labels",
    ),
    "a batch of gigabytes": (
        lambda path: packed(path, header("data_batch_1", GIGABYTES), ZEROS, END),
        "data_batch_1 in {path} has 2 GB, more than the 160 MB that one file may have",
    ),
    "a batch of 150 MB of zeros": (
        lambda path: packed(path, header("data_batch_1", 150 * MEGABYTE), 150 * MEGABYTE, GOOD, END),
        "data_batch_1 is damaged or not a CIFAR file",
    ),
    "a binary batch of 150 MB of zeros": (
        lambda path: packed(path, header("data_batch_1.bin", 48_000 * 3_073), 150 * MEGABYTE, END),
        "unpacks to more than 50 times its size: it holds the same again and again, not pictures",
    ),
    "a sparse batch": (
        lambda path: packed(path, header("data_batch_1", GIGABYTES, tarfile.GNUTYPE_SPARSE), END),
        "a file with holes (sparse)",
    ),
    "a sparse batch in pax": (
        lambda path: packed(
            path,
            header("pax", 52, tarfile.XHDTYPE)
            + padded(b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n8 a=bcd\n"),
            header("data_batch_1", 30 * MEGABYTE),
            b"1" * 30 * MEGABYTE,
            END,
        ),
        "a file with holes (sparse)",
    ),
    "two batches of one name": (
        lambda path: packed(path, GOOD, member("again/data_batch_1", batch()), END),
        "holds two files called data_batch_1. Keep one of them.",
    ),
    "xz": (
        lambda path: _write(path, b"\xfd7zXZ\0" + bytes(100)),
        "is packed with xz, which is not read here",
    ),
    "zip": (
        lambda path: _write(path, b"PK\x03\x04" + bytes(100)),
        "is packed with zip, which is not read here",
    ),
    "a gzip name of 20 MB": (
        lambda path: _write(path, b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * 20 * MEGABYTE),
        "cannot be read to its end (it is cut off)",
    ),
    "a hundred thousand pieces": (
        lambda path: _write(path, gzip.compress(GOOD) + gzip.compress(b"") * 100_000),
        "it is packed in too many pieces",
    ),
    "no end": (lambda path: packed(path, GOOD), "cannot be read to its end (it is cut off or damaged)"),
    "another byte in a header": (
        lambda path: packed(
            path, member("data_batch_1", batch()), b"\1" + member("test_batch", batch())[1:], END
        ),
        "cannot be read to its end (it is cut off or damaged)",
    ),
}
"""What is written to a path, and what is said of it."""


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def nested_tuple(depth: int) -> bytes:
    return b")" + b"\x85" * depth


def shared_lists(depth: int) -> bytes:
    """Write ten lists of the same ten lists of …, which stand for 10 to the power of the depth numbers."""
    lists = b"K\x01"
    for level in range(depth):
        lists = b"](" + lists + b"q" + bytes([level]) + (b"h" + bytes([level])) * 9 + b"e"
    return lists


def of_labels(labels: bytes) -> bytes:
    """Write a pickle with good pictures and these operations as labels."""
    good = pickle.dumps(PICTURES, protocol=2)[2:-1]
    return b"\x80\x02}(" + text("data") + good + text("labels") + labels + b"u."


COLLIDING = b"".join(
    b"\x8a\x0a" + (number * (2**61 - 1)).to_bytes(10, "little") + b"K\x01" for number in range(1, 60_000)
)

PICKLES: dict[str, tuple[bytes, str]] = {
    "a memo of 4.4 GB": (
        b"\x80\x04K\x01r" + struct.pack("<I", 550_000_000) + b".",
        "holds no dictionary with “data”",
    ),
    "memo at the highest place": (b"\x80\x02K\x01r\xff\xff\xff\xff.", "holds no dictionary with “data”"),
    "memo in text": (b"I1\np99999999999999999999\n.", "holds no dictionary with “data”"),
    "many memos": (b"\x80\x04K\x01" + b"\x94" * 3_000_000 + b".", "holds more than 500,000 single things"),
    "many lists": (b"\x80\x04(" + b"]" * 30_000_000 + b"l.", "holds more than 500,000 single things"),
    "many dictionaries": (
        b"\x80\x04(" + b"}\x94" * 10_000_000 + b"l.",
        "holds more than 500,000 single things",
    ),
    "bytes of terabytes": (b"\x80\x04\x8e" + struct.pack("<Q", 10**13) + b"abc.", "damaged"),
    "bytes of 100 GB": (b"\x80\x04\x8e" + struct.pack("<Q", 10**11) + b"abc.", "damaged"),
    "a bytearray of 100 GB": (b"\x80\x05\x96" + struct.pack("<Q", 10**11) + b"abc.", "damaged"),
    "text of 4 GB": (b"\x80\x02X\xff\xff\xff\xffabc.", "damaged"),
    "a frame of 100 GB": (b"\x80\x04\x95" + struct.pack("<Q", 10**11) + b"abc.", "damaged"),
    "a number of a million digits": (b"L" + b"9" * MEGABYTE + b"L\n.", "damaged"),
    "keys of tuples in tuples": (
        b"\x80\x02}" + nested_tuple(400_000) + b"K\x01s.",
        "other keys than text and labels",
    ),
    "keys that collide": (b"\x80\x02}(" + COLLIDING + b"u.", "other keys than text and labels"),
    "a key of a large number": (b"\x80\x02}J\x00\x00\x01\x00K\x02s.", "other keys than text and labels"),
    "sets": (b"\x80\x04\x8f(" + b"K\x01" * 1000 + b"\x90.", "asks for the operation"),
    "an object": (b"cos\nsystem\n(S'true'\ntR.", "asks for os.system"),
    "a module that is none": (b"c" + b"x" * 10 * MEGABYTE + b"\ny\n.", "was refused"),
    "labels in lists in lists": (of_labels(shared_lists(60)), "are not whole numbers from 0 to 999"),
    "labels that are 10 to the 30": (
        of_labels(b"](" + b"\x8a\x0d" + (10**30).to_bytes(13, "little") + b"K\x01" * 39 + b"e"),
        "are not whole numbers from 0 to 999",
    ),
    "labels of another form": (of_labels(nested_tuple(400_000)), "are not whole numbers from 0 to 999"),
    "an array that is larger than its bytes": (
        of_labels(b"N").replace(b"K(M\x00\x0c\x86", b"J\xff\xff\xff\x7fM\x00\x0c\x86"),
        "asks for an array of an unusual kind",
    ),
    "sides with millions of digits": (
        of_labels(b"N").replace(
            b"K(M\x00\x0c\x86",
            2 * (b"\x8b" + struct.pack("<i", 5 * MEGABYTE) + b"\1" * 5 * MEGABYTE) + b"\x86",
        ),
        "asks for an array of an unusual kind",
    ),
    "a hundred thousand sides": (
        of_labels(b"N").replace(b"K(M\x00\x0c\x86", b"(" + b"J\xff\xff\xff\x7f" * 100_000 + b"t"),
        "asks for an array of an unusual kind",
    ),
    "a fraction of ten million digits": (
        b"F" + b"1" * 10 * MEGABYTE + b"\n.",
        "holds no dictionary with “data”",
    ),
    "a number of another size": (
        of_labels(b"N").replace(
            b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t", b"NNNK\x40J\xff\xff\xff\xffK\x00t"
        ),
        "asks for an array of an unusual kind",
    ),
}
"""A batch, and what is said of it."""
