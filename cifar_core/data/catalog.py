"""Which data sets there are on this machine, and how to open one."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cifar_core.data import sample
from cifar_core.data.cache import CachedRecord, cache_folder, open_cached, peek, source_state
from cifar_core.data.dataset import Dataset, names_drawn_sample
from cifar_core.data.folder import is_image_folder, picture_files, read_folder
from cifar_core.data.official import LAYOUTS, LabelKind, Layout, layout_of, read_official
from cifar_core.errors import CifarLabError, DataError
from cifar_core.settings import Settings

_TITLES = {"cifar10": "CIFAR-10", "cifar100": "CIFAR-100", "cifar100-coarse": "CIFAR-100, 20 groups"}

_KERAS_PATHS: dict[str, tuple[str, ...]] = {
    # Folders before archives, which take longer to read. Keras 3 extracts into “…-target”; older ones
    # directly, or into “…_extracted”.
    "CIFAR-10": (
        "cifar-10-batches-py",
        "cifar-10-batches-py-target/cifar-10-batches-py",
        "cifar-10-python_extracted/cifar-10-batches-py",
        "cifar-10-batches-bin",
        "cifar-10-python.tar.gz",
        "cifar-10-batches-py.tar.gz",
        "cifar-10-binary.tar.gz",
        "cifar-10-batches-py-target_archive",
    ),
    "CIFAR-100": (
        "cifar-100-python",
        "cifar-100-python-target/cifar-100-python",
        "cifar-100-python_extracted/cifar-100-python",
        "cifar-100-binary",
        "cifar-100-python.tar.gz",
        "cifar-100-binary.tar.gz",
        "cifar-100-python-target_archive",
    ),
}
_COARSE = "#coarse"  # ends a path key that asks for the 20 groups of CIFAR-100


@dataclass(frozen=True)
class DatasetChoice:
    """A data set that could be opened.

    Attributes
    ----------
    key : str
        For :func:`open_dataset` and ``CIFAR_LAB_DATA``.
    name : str
        Name to show; exact once the data set has been opened before.
    location : str
        Where it is, or why it is not available.
    available : bool
        Whether it can be opened now.
    """

    key: str
    name: str
    location: str
    available: bool


@dataclass(frozen=True)
class _Files:
    """Files on this machine that hold a data set; ``layout`` is None for a folder of pictures."""

    key: str
    path: Path
    layout: Layout | None
    labels: LabelKind

    @property
    def source(self) -> str:
        return f"{self.path}|{self.labels}"

    @property
    def title(self) -> str:
        if self.layout is None:
            return self.path.name
        return self.layout.title if self.labels == "fine" else f"{self.layout.title}, 20 groups"

    def state(self) -> str:
        if self.layout is None:
            files, root = picture_files(self.path), self.path
        elif self.path.is_file():
            files, root = [self.path], self.path.parent
        else:
            files, root = [self.path / name for name in self.layout.files], self.path
        return source_state(files, root)

    def cached(self, cache_dir: Path) -> CachedRecord | None:
        return peek(cache_folder(cache_dir, self.source, self.state()))

    def read(self) -> Dataset:
        if self.layout is None:
            return read_folder(self.path, key=self.key)
        return read_official(self.path, self.layout, key=self.key, labels=self.labels)


def list_choices(settings: Settings) -> tuple[DatasetChoice, ...]:
    """List what can be opened, without reading a picture.

    Returns
    -------
    tuple of DatasetChoice
        In order of preference; the first is what ``open_dataset(None, settings)`` opens: the data set chosen in
        the settings (also when it is not there, so that the page can say so), CIFAR-10 and CIFAR-100 in the
        Keras cache as far as they are there, and at the end, unless chosen in the settings, the drawn sample.
    """
    chosen = settings.data
    listed = [key for key in _TITLES if _in_keras_cache(key, settings)]
    choices = [] if chosen is None else _chosen(chosen, settings)
    choices += [_describe(key, settings) for key in (*listed, "drawn") if key != chosen]
    return tuple(choices)


def missing_choices(settings: Settings) -> tuple[DatasetChoice, ...]:
    """List the official data sets that are not in the Keras cache."""
    missing = [key for key in _TITLES if not _in_keras_cache(key, settings)]
    return tuple(_describe(key, settings) for key in missing)


def check_listed(key: str | None, settings: Settings) -> None:
    """See to it that a key from a page or an address is one of those listed: pages open no other path.

    Parameters
    ----------
    key : str or None
        Key of a :class:`DatasetChoice`; ``None``, the first that is found, is always allowed.
    settings : Settings
        Where to look; a path chosen in them is listed.

    Raises
    ------
    DataError
        It is not.
    """
    if key is not None and key not in {choice.key for choice in list_choices(settings)}:
        raise DataError(
            f"There is no data set “{key[:80]}” in the list of this server. Choose one in the sidebar."
        )


def _describe(key: str, settings: Settings) -> DatasetChoice:
    """Describe the drawn sample or an official data set in the Keras cache."""
    if key == "drawn":
        return DatasetChoice(key, sample.NAME, "built in", available=True)
    files = _in_keras_cache(key, settings)
    if files is None:
        return DatasetChoice(key, _TITLES[key], f"not found in {settings.keras_dir}", available=False)
    return _choice(files, settings)


def _chosen(data: str, settings: Settings) -> list[DatasetChoice]:
    if data == "drawn" or data in _TITLES:
        return [_describe(data, settings)]
    try:
        if names_drawn_sample(data):
            count = sample.sample_size(data)
            return [DatasetChoice(data, f"{sample.NAME} ({count:,})", "built in", available=True)]
        files = _at_path(data)
    except DataError as problem:
        return [DatasetChoice(data, Path(data).name or data, str(problem), available=False)]
    found = [_choice(files, settings)]
    if files.layout is not None and files.layout.title == "CIFAR-100" and files.labels == "fine":
        found.append(_choice(_Files(files.key + _COARSE, files.path, files.layout, "coarse"), settings))
    return found


def _choice(files: _Files, settings: Settings) -> DatasetChoice:
    # A folder of pictures may hold many thousands of files; to ask each for its state would take too long here.
    record = None if files.layout is None else files.cached(settings.cache_dir)
    return DatasetChoice(
        files.key, files.title if record is None else record.name, str(files.path), available=True
    )


def open_dataset(key: str | None, settings: Settings) -> Dataset:
    """Open a data set; the first time it is converted, later it takes milliseconds.

    Parameters
    ----------
    key : str or None
        ``"drawn"`` (``"drawn:10000"`` for more training pictures, a quarter of that to test), ``"cifar10"``,
        ``"cifar100"``, ``"cifar100-coarse"``, or a path: a folder of official batches, a folder that holds such
        a folder, a ``.tar.gz``, an image folder. A path ending in ``#coarse`` asks for the 20 groups of
        CIFAR-100. None means ``settings.data``; when that is None too, the first of: CIFAR-10 in the Keras
        cache, CIFAR-100 there, the drawn sample.
    settings : Settings
        Where to look and where to keep converted pictures.

    Returns
    -------
    Dataset
        With read-only memory-mapped arrays.

    Raises
    ------
    DataError
        When there is no such data set or it is damaged. A data set that was asked for is never replaced by
        another.
    """
    key = key or settings.data or _first_found(settings)
    if names_drawn_sample(key):
        return open_cached(
            settings.cache_dir,
            key=key,
            source=f"drawn:{sample.sample_size(key)}",
            state=sample.drawing_state(),
            convert=lambda: sample.draw_sample(key),
        )
    if key in _TITLES:
        files = _in_keras_cache(key, settings)
        if files is None:
            raise DataError(
                f"{_TITLES[key]} is not in {settings.keras_dir}. Download it on the Home page or with "
                f"“python -m cifar_core data download {key.removesuffix('-coarse')}”, or choose “drawn”."
            )
    else:
        files = _at_path(key)
    return open_cached(
        settings.cache_dir, key=files.key, source=files.source, state=files.state(), convert=files.read
    )


def find_dataset(
    fingerprint: str,
    settings: Settings,
    *,
    key: str,
    name: str,
    opened: Callable[[str | None, Settings], Dataset] = open_dataset,
) -> Dataset | None:
    """Find a data set of this machine by what its pictures are.

    Parameters
    ----------
    fingerprint : str
        Of its pictures and labels; nothing else makes two data sets the same.
    settings : Settings
        Where data sets lie.
    key, name : str
        What it was called where it was last seen: only data sets that bear one of the two are opened.
    opened : callable
        Opens a data set by its key, as :func:`open_dataset` does, or keeps those that were opened before.

    Returns
    -------
    Dataset or None
        ``None`` where this machine does not have it.
    """
    for choice in list_choices(settings):
        if choice.available and (choice.key == key or choice.name == name):
            with contextlib.suppress(CifarLabError):
                found = opened(choice.key, settings)
                if found.fingerprint == fingerprint:
                    return found
    return None


def _first_found(settings: Settings) -> str:
    return next((key for key in ("cifar10", "cifar100") if _in_keras_cache(key, settings)), "drawn")


def _in_keras_cache(key: str, settings: Settings) -> _Files | None:
    title = _TITLES[key.removesuffix("-coarse")]
    for name in _KERAS_PATHS[title]:
        path = settings.keras_dir / name
        if not path.exists():
            continue
        layout = _layout_by_name(path, title) or layout_of(path)
        if layout is not None and layout.title == title:
            return _Files(key, path, layout, "coarse" if key.endswith("-coarse") else "fine")
    return None


def _layout_by_name(path: Path, title: str) -> Layout | None:
    """Tell the layout of an archive with a usual name without unpacking its beginning."""
    if not path.is_file():
        return None
    kind = "binary" if "binary" in path.name else "python"
    return next(layout for layout in LAYOUTS if layout.title == title and layout.key.endswith(kind))


def _at_path(key: str) -> _Files:
    labels: LabelKind = "coarse" if key.endswith(_COARSE) else "fine"
    path = Path(key.removesuffix(_COARSE)).expanduser().resolve()
    # The whole path: a run started from here opens the same data set from another folder.
    key = str(path) if labels == "fine" else f"{path}{_COARSE}"
    if not path.exists():
        raise DataError(
            f"There is no data set at {path}. Set CIFAR_LAB_DATA (or --data) to a folder or .tar.gz that exists, "
            f"or to one of {', '.join(_TITLES)}, drawn."
        )
    inside = [path / name for names in _KERAS_PATHS.values() for name in names]
    for candidate in (path, *(inside if path.is_dir() else ())):
        layout = layout_of(candidate)
        if layout is not None:
            if labels == "coarse" and layout.title != "CIFAR-100":
                raise DataError(
                    f"{path} holds {layout.title}, which has no coarse labels. Leave out “{_COARSE}”."
                )
            return _Files(key, candidate, layout, labels)
    if is_image_folder(path):
        return _Files(key, path, None, "fine")
    raise DataError(
        f"{path} holds no data set that is known here: no CIFAR-10 or CIFAR-100 batches, no such .tar.gz, "
        "no folders train/<class>/ and test/<class>/ with pictures."
    )
