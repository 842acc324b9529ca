"""ICC profiles made up for tests, byte by byte as the specification (ICC.1) says."""

import struct

import numpy as np
from numpy.typing import NDArray

# Colourants of Display P3, adapted to D50 (columns of the matrix to XYZ), and sRGB's curve, as Apple publishes them.
DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
# Those of Adobe RGB (1998), and its curve: a power of 2 51/256.
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
ADOBE_CURVE = (2.19921875, 1.0, 0.0, 0.0, 0.0)
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(x) + _fixed(y) + _fixed(z)


def _profile(device: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": _xyz(0.9642, 1, 0.8249),
        **tags,
    }
    offset, table, body = 132 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, offset + len(body), len(content))
        body += content
    size = offset + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, device, space, connection)
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(24) + bytes(4)
    header += _fixed(0.9642) + _fixed(1) + _fixed(0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _parametric(parameters: tuple[float, ...]) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + b"".join(map(_fixed, parameters))


def rgb_profile(
    colourants: tuple[tuple[float, float, float], ...], curve: tuple[float, ...] = SRGB_CURVE
) -> bytes:
    """Return a profile of three colourants (each X, Y, Z) and one curve for all channels."""
    tags = {}
    for name, colourant in zip((b"r", b"g", b"b"), colourants, strict=True):
        tags[name + b"XYZ"] = _xyz(*colourant)
        tags[name + b"TRC"] = _parametric(curve)
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def gray_profile(gamma: float) -> bytes:
    """Return a profile of gray with a power curve."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": curve + b"\0\0"})


def ink_profile(lab: NDArray[np.float64]) -> bytes:
    """Return a profile of four inks.

    Parameters
    ----------
    lab : ndarray, shape (2, 2, 2, 2, 3)
        Colour of no or full cyan, magenta, yellow and black: L from 0 to 100, a and b from -128 to 127.
    """
    table = np.rint(lab * (2.55, 1, 1) + (0, 128, 128)).astype(np.uint8).tobytes()
    identity = struct.pack(">9i", *(65536 if i % 4 == 0 else 0 for i in range(9)))
    ramp = bytes(range(256))
    lut = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + ramp * 4 + table + ramp * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": lut})
