"""Files on this machine that hold a data set: in the Keras cache, or at a path that somebody names."""

from dataclasses import dataclass
from pathlib import Path

from cifar_core.data.batches.files import names_of_files
from cifar_core.data.batches.layouts import LAYOUTS, LabelKind, Layout, layout_of, problem_with_archive
from cifar_core.data.batches.read import own_name, read_batches
from cifar_core.data.broken import known_broken
from cifar_core.data.cache import CachedRecord, cache_folder, peek, source_state
from cifar_core.data.dataset import Dataset
from cifar_core.data.folder.layout import find_layout
from cifar_core.data.folder.read import read_folder
from cifar_core.data.folder.survey import source_files, survey_folder
from cifar_core.data.path_key import COARSE, PathKey
from cifar_core.data.reading import ReadingReport
from cifar_core.errors import BrokenPicturesError, DamagedArchiveError, DataError
from cifar_core.names import is_utf8, visible
from cifar_core.settings import Settings

TITLES = {"cifar10": "CIFAR-10", "cifar100": "CIFAR-100", "cifar100-coarse": "CIFAR-100, 20 groups"}
"""The official data sets by key."""

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


@dataclass(frozen=True)
class SourceFiles:
    """Files that hold a data set.

    Attributes
    ----------
    key : str
        Opens it again.
    path : Path
        A folder or an archive.
    layout : Layout or None
        Of CIFAR files; ``None`` for a folder of pictures.
    asked : PathKey
        How they are to be read.
    """

    key: str
    path: Path
    layout: Layout | None
    asked: PathKey

    @property
    def source(self) -> str:
        """Names what is converted, for the cache."""
        return "|".join((str(self.path), self.asked.labels, *self.asked.options))

    @property
    def title(self) -> str:
        """Name to show before it was opened for the first time."""
        if self.key in TITLES:
            return TITLES[self.key]
        return own_name(self.path) if self.asked.labels == "fine" else f"{own_name(self.path)}, groups"

    def state(self) -> str:
        """Return what changes with any of the files; every file of a folder of pictures is asked for it."""
        if self.layout is None:
            files, root = source_files(self.path), self.path
        elif self.path.is_file():
            files, root = [self.path], self.path.parent
        else:
            names = names_of_files(self.path, self.layout.is_read)
            files, root = [self.path / name for name in names], self.path
        return source_state(files, root)

    def cached(self, cache_dir: Path) -> CachedRecord | None:
        """Return what is known of it since it was opened before; ``None`` if it was not, or has changed."""
        return peek(cache_folder(cache_dir, self.source, self.state()))

    def known_broken(self, cache_dir: Path) -> BrokenPicturesError | None:
        """Return which of its files could not be read when it was opened; ``None`` where it was not, or has changed."""
        return known_broken(cache_folder(cache_dir, self.source, self.state()))

    def survey(self) -> ReadingReport:
        """Say what is left out or guessed, as far as names of files tell.

        Raises
        ------
        DataError
            It cannot be used.
        """
        return ReadingReport() if self.layout is not None else survey_folder(self.path).report

    def read(self) -> Dataset:
        """Read it into memory.

        Raises
        ------
        DataError
            It is damaged, or not what it should be.
        """
        if self.layout is None:
            return read_folder(
                self.path,
                key=self.key,
                preparation=self.asked.preparation,
                skip_broken=self.asked.skip_broken,
            )
        try:
            return read_batches(self.path, self.layout, key=self.key, labels=self.asked.labels)
        except DataError as problem:
            if self.path.is_file() and not isinstance(problem.__cause__, OSError):
                raise DamagedArchiveError(str(problem)) from problem
            raise


def in_keras_cache(key: str, settings: Settings) -> SourceFiles | None:
    """Find an official data set where Keras keeps its downloads.

    Parameters
    ----------
    key : str
        A key of :data:`TITLES`.
    settings : Settings
        Where that is.
    """
    title = TITLES[key.removesuffix("-coarse")]
    for name in _KERAS_PATHS[title]:
        path = settings.keras_dir / name
        if not path.exists():
            continue
        layout = _layout_by_name(path, title) or layout_of(path)
        if layout is not None and layout.title == title:
            labels: LabelKind = "coarse" if key.endswith("-coarse") else "fine"
            return SourceFiles(key, path, layout, PathKey(path, labels))
    return None


def _layout_by_name(path: Path, title: str) -> Layout | None:
    """Tell the layout of an archive with a usual name without unpacking its beginning."""
    if not path.is_file():
        return None
    kind = "binary" if "binary" in path.name else "python"
    return next(layout for layout in LAYOUTS if layout.title == title and layout.key.endswith(kind))


def at_path(key: str) -> SourceFiles:
    """Find the data set at a path.

    Parameters
    ----------
    key : str
        A path with what is asked of it, as :class:`~cifar_core.data.path_key.PathKey` reads it.

    Raises
    ------
    DataError
        There is none; the sentence says what lies there instead.
    """
    try:
        asked = PathKey.parse(key)
    except (OSError, ValueError):  # too long, or with a character that no name may have
        raise DataError(f"“{visible(key, 80)}” is no name of a file or folder. Write a whole path.") from None
    path, key = asked.path, str(asked)
    if not is_utf8(key) or ("\ufffd" in key and not path.exists()):
        raise DataError(f"The name of {visible(key)} is not written in UTF-8. Rename the folder or file.")
    if not path.exists():
        raise DataError(
            f"There is no data set at {path}. Check the path: it must be that of a folder or .tar.gz that exists. "
            f"CIFAR_LAB_DATA and --data also take {', '.join(TITLES)}, drawn."
        )
    inside = [path / name for names in _KERAS_PATHS.values() for name in names]
    for candidate in (path, *(inside if path.is_dir() else ())):
        layout = layout_of(candidate)
        if layout is not None:
            if asked.labels == "coarse" and layout.title != "CIFAR-100":
                raise DataError(
                    f"{path} has the layout of {layout.title}, which has no coarse labels. Leave out “#{COARSE}”."
                )
            return SourceFiles(key, candidate, layout, asked)
    try:
        if path.is_dir():
            find_layout(path)
            return SourceFiles(key, path, None, asked)
        problem = problem_with_archive(path) or "It is no archive of CIFAR files."
    except DataError as error:
        problem = str(error)
    raise DataError(
        f"{path} holds no data set that is known here: no batches of CIFAR-10 or CIFAR-100. {problem}"
    )
