"""Which files are pictures: told by how they begin, not by how they are called."""

import re
from dataclasses import dataclass

HEAD_BYTES = 64
"""So much of a file's beginning tells its format."""


@dataclass(frozen=True)
class PictureFormat:
    """A file format that is opened.

    Attributes
    ----------
    title : str
        Name to show.
    endings : tuple of str
        Usual endings of file names, small letters, without the dot.
    beginning : bytes
        Regular expression that the first bytes match.
    pillow : tuple of str
        Pillow's names of it; no other of its decoders is tried.
    pixel_bytes : int
        Most memory that decoding takes, in bytes per pixel with 8 bits per channel (measured with Pillow 13).
    by_ending : bool
        The beginning alone does not tell it: the file must bear one of the endings.
    """

    title: str
    endings: tuple[str, ...]
    beginning: bytes
    pillow: tuple[str, ...]
    pixel_bytes: int = 4
    by_ending: bool = False


FORMATS: tuple[PictureFormat, ...] = (
    PictureFormat("JPEG", ("jpg", "jpeg", "jpe", "jfif", "jif", "mpo"), rb"\xff\xd8\xff", ("JPEG",)),
    PictureFormat("PNG", ("png", "apng"), rb"\x89PNG\r\n\x1a\n", ("PNG",)),
    PictureFormat("WebP", ("webp",), rb"RIFF....WEBP", ("WEBP",), 18),
    PictureFormat("GIF", ("gif",), rb"GIF8[79]a", ("GIF",)),
    PictureFormat("BMP", ("bmp", "dib"), rb"BM", ("BMP",)),
    PictureFormat("TIFF", ("tif", "tiff"), rb"II[*+]\0|MM\0[*+]", ("TIFF",), 8),
    PictureFormat("PNM", ("ppm", "pgm", "pbm", "pnm"), rb"P[1-6]\s", ("PPM",)),
    PictureFormat(
        "JPEG 2000",
        ("jp2", "j2k", "jpf", "jpx", "j2c", "jpc"),
        rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  \r\n",
        ("JPEG2000",),
        20,
    ),
    PictureFormat("AVIF", ("avif", "avifs"), rb"....ftyp(avi[fs]|m[is]f1.{0,48}avif)", ("AVIF",), 10),
    PictureFormat("SGI", ("sgi", "rgb", "rgba", "bw"), rb"\x01\xda[\0\x01][\x01\x02]\0[\x01-\x03]", ("SGI",)),
    PictureFormat("Sun raster", ("ras", "sr", "sun"), rb"\x59\xa6\x6a\x95", ("SUN",)),
    PictureFormat("PCX", ("pcx",), rb"\x0a[\0-\x05]\x01", ("PCX",), by_ending=True),
    PictureFormat(
        "TGA", ("tga", "vda", "icb", "vst"), rb".[\0\x01][\x01-\x03\x09-\x0b]", ("TGA",), by_ending=True
    ),
)
"""Every format that OpenCV or Pillow read and that holds one flat picture of whole numbers."""

ENDINGS = frozenset(ending for one in FORMATS for ending in one.endings)
"""Endings of pictures, small letters, without the dot."""

COMMON = "PNG, JPEG, WebP, GIF, BMP or TIFF"
"""The formats that a person is advised to use."""

_FOREIGN = {
    rb"....ftyp(hei[cfmsx]|hev|mif1|msf1)": "HEIC",
    rb"8BPS": "Photoshop",
    rb"%PDF": "PDF",
    rb"%!PS|\xc5\xd0\xd3\xc6": "PostScript",
    rb"v/1\x01": "OpenEXR",
    rb"#\?RADIANCE|#\?RGBE": "Radiance HDR",
    rb"P[Ff]\s": "PFM",
    rb"P7\s": "PAM",
    rb"\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)?<svg": "SVG",
    rb"\s*<(!doctype\s+html|html|head|body)": "HTML",
    rb"PK\x03\x04": "ZIP",
    rb"\x1f\x8b": "gzip",
    rb"\0\0\x01\0": "ICO",
    rb"qoif": "QOI",
    rb"\x93NUMPY": "NumPy",
    rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI ": "video",
}
"""How other files begin that are called pictures now and then, and what they are."""


def format_of(head: bytes, ending: str = "") -> PictureFormat | None:
    """Tell the format of a picture from its first bytes.

    Parameters
    ----------
    head : bytes
        The first :data:`HEAD_BYTES` bytes of a file, or all of a shorter one.
    ending : str
        What stands behind the last dot of its name, in any letters; needed for the few formats that begin like
        anything else.

    Returns
    -------
    PictureFormat or None
        ``None`` where it is no picture that can be opened here.
    """
    for one in FORMATS:
        if re.match(one.beginning, head, re.DOTALL) and (not one.by_ending or ending.lower() in one.endings):
            return one
    return None


def foreign_kind(head: bytes) -> str | None:
    """Name what a file is that is no picture to be opened here, as far as its first bytes tell."""
    return next(
        (name for begin, name in _FOREIGN.items() if re.match(begin, head, re.DOTALL | re.IGNORECASE)), None
    )
