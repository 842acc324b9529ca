"""Which data sets there are on this machine, and how to open one."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from cifar_core.data import sample
from cifar_core.data.cache import CachedRecord, open_cached
from cifar_core.data.dataset import Dataset, names_drawn_sample
from cifar_core.data.own_pictures import OwnPictures
from cifar_core.data.path_key import FOLDER_OPTIONS
from cifar_core.data.reading import ReadingReport
from cifar_core.data.source_files import TITLES, SourceFiles, at_path, in_keras_cache
from cifar_core.errors import BrokenPicturesError, CifarLabError, DataError
from cifar_core.names import visible
from cifar_core.settings import Settings


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
    is_folder : bool
        It is a folder of pictures, which can be read in several ways: :func:`find_choice`.
    """

    key: str
    name: str
    location: str
    available: bool
    is_folder: bool = False


def list_choices(settings: Settings) -> tuple[DatasetChoice, ...]:
    """List what can be opened, without reading a picture.

    Returns
    -------
    tuple of DatasetChoice
        In order of preference; the first is what ``open_dataset(None, settings)`` opens: the data set chosen in
        the settings (also when it is not there, so that the page can say so), CIFAR-10 and CIFAR-100 in the
        Keras cache as far as they are there, unless chosen in the settings the drawn sample, and at the end own
        pictures that were taken on a page.
    """
    chosen = settings.data
    listed = [key for key in TITLES if in_keras_cache(key, settings)]
    choices = [] if chosen is None else _chosen(chosen, settings)
    choices += [_describe(key, settings) for key in (*listed, "drawn") if key != chosen]
    for key in OwnPictures(settings).taken():
        if key not in {choice.key for choice in choices}:
            choices += _chosen(key, settings)
    return tuple(choices)


def missing_choices(settings: Settings) -> tuple[DatasetChoice, ...]:
    """List the official data sets that are not in the Keras cache."""
    missing = [key for key in TITLES if not in_keras_cache(key, settings)]
    return tuple(_describe(key, settings) for key in missing)


def find_choice(key: str, choices: Iterable[DatasetChoice]) -> DatasetChoice | None:
    """Find what a key opens among what is listed.

    Parameters
    ----------
    key : str
        From a page or an address; it may hold anything.
    choices : iterable of DatasetChoice
        What is listed.

    Returns
    -------
    DatasetChoice or None
        One of them; or a listed folder of pictures read in another way, such as ``…#skip-broken``; or ``None``.
    """
    for choice in choices:
        if choice.key == key:
            return choice
        asked = key.removeprefix(f"{choice.location}#").split("#")
        if choice.is_folder and key.startswith(f"{choice.location}#") and set(asked) <= set(FOLDER_OPTIONS):
            return replace(
                choice, key=key, name=f"{choice.name} ({', '.join(FOLDER_OPTIONS[one] for one in asked)})"
            )
    return None


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
    if key is not None and find_choice(key, list_choices(settings)) is None:
        raise DataError(
            f"There is no data set “{key[:80]}” in the list of this server. Choose one in the sidebar."
        )


def _describe(key: str, settings: Settings) -> DatasetChoice:
    """Describe the drawn sample or an official data set in the Keras cache."""
    if key == "drawn":
        return DatasetChoice(key, sample.NAME, "built in", available=True)
    files = in_keras_cache(key, settings)
    if files is None:
        return DatasetChoice(key, TITLES[key], f"not found in {settings.keras_dir}", available=False)
    return _choice(files, settings)


def _chosen(data: str, settings: Settings) -> list[DatasetChoice]:
    if data == "drawn" or data in TITLES:
        return [_describe(data, settings)]
    try:
        if names_drawn_sample(data):
            count = sample.sample_size(data)
            return [DatasetChoice(data, f"{sample.NAME} ({count:,})", "built in", available=True)]
        files = at_path(data)
    except DataError as problem:
        shown = visible(data)
        return [DatasetChoice(shown, Path(shown).name or shown, str(problem), available=False)]
    found = [_choice(files, settings)]
    if files.layout is not None and files.layout.title == "CIFAR-100" and files.asked.labels == "fine":
        asked = replace(files.asked, labels="coarse")
        found.append(_choice(SourceFiles(str(asked), files.path, files.layout, asked), settings))
    return found


def _choice(files: SourceFiles, settings: Settings) -> DatasetChoice:
    # A folder of pictures may hold many thousands of files; to ask each for its state would take too long here.
    record = None if files.layout is None else files.cached(settings.cache_dir)
    title = files.title if record is None else record.name
    return DatasetChoice(files.key, title, str(files.path), available=True, is_folder=files.layout is None)


def open_dataset(key: str | None, settings: Settings) -> Dataset:
    """Open a data set; the first time it is converted, later it takes milliseconds.

    Parameters
    ----------
    key : str or None
        ``"drawn"`` (``"drawn:10000"`` for more training pictures, a quarter of that to test), ``"cifar10"``,
        ``"cifar100"``, ``"cifar100-coarse"``, or a path: a folder of official batches, a folder that holds such
        a folder, a ``.tar.gz``, an image folder; with what is asked of it (:mod:`cifar_core.data.path_key`).
        None means ``settings.data``; when that is None too, the first of: CIFAR-10 in the Keras cache, CIFAR-100
        there, the drawn sample.
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
    if key in TITLES:
        files = in_keras_cache(key, settings)
        if files is None:
            raise DataError(
                f"{TITLES[key]} is not in {settings.keras_dir}. Download it on the Home page or with "
                f"“python -m cifar_core data download {key.removesuffix('-coarse')}”, or choose “drawn”."
            )
    else:
        files = at_path(key)
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
    choices = list_choices(settings)
    asked = find_choice(key, choices)
    for choice in (*([asked] if asked else []), *choices):
        if choice.available and (choice.key == key or choice.name == name):
            with contextlib.suppress(CifarLabError):
                found = opened(choice.key, settings)
                if found.fingerprint == fingerprint:
                    return found
    return None


def known_facts(key: str, settings: Settings) -> tuple[CachedRecord | None, ReadingReport]:
    """Return what is known of a data set without opening a picture of it.

    Parameters
    ----------
    key : str
        As in :func:`open_dataset`.
    settings : Settings
        Where to look.

    Returns
    -------
    CachedRecord or None
        ``None`` where it was never opened, has changed since, or is the drawn sample.
    ReadingReport
        What is left out or guessed; of a data set that was never opened, as far as names of files tell.

    Raises
    ------
    DataError
        There is no such data set.
    """
    if names_drawn_sample(key):
        return None, ReadingReport()
    files = in_keras_cache(key, settings) if key in TITLES else at_path(key)
    if files is None:
        return None, ReadingReport()
    record = files.cached(settings.cache_dir)
    return record, files.survey() if record is None else record.report


def known_problem(key: str, settings: Settings) -> BrokenPicturesError | None:
    """Return which files could not be read as pictures when a folder was opened, without reading one again.

    Parameters
    ----------
    key : str
        Of a folder of pictures, as in :func:`open_dataset`.
    settings : Settings
        Where to look.

    Raises
    ------
    DataError
        There is no such folder.
    """
    return at_path(key).known_broken(settings.cache_dir)


def _first_found(settings: Settings) -> str:
    return next((key for key in ("cifar10", "cifar100") if in_keras_cache(key, settings)), "drawn")
