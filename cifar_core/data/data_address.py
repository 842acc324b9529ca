"""What a data set is called in the address of a page: by its pictures, so that the address travels."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cifar_core.data.catalog import DatasetChoice, find_choice, list_choices, open_dataset
from cifar_core.data.dataset import Dataset, names_drawn_sample
from cifar_core.data.path_key import FOLDER_OPTIONS
from cifar_core.errors import CifarLabError, OtherPicturesError
from cifar_core.names import visible
from cifar_core.settings import Settings

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class DataAddress:
    """A data set as an address names it: ``CIFAR-10~0123456789abcdef``.

    Attributes
    ----------
    name : str
        Tells the reader what is meant; of its folder only the last part, as other machines have other folders.
    fingerprint : str
        Tells whether it is that: 16 hexadecimal digits, see :attr:`Dataset.fingerprint`.
    options : tuple of str
        How a folder of pictures was read, beyond the usual: :data:`~cifar_core.data.path_key.FOLDER_OPTIONS`.
    """

    name: str
    fingerprint: str
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, dataset: Dataset) -> "DataAddress":
        """Return the address of a data set."""
        asked = () if dataset.preparation is None else dataset.key.split("#")[1:]
        return cls(
            dataset.name, dataset.fingerprint, tuple(option for option in asked if option in FOLDER_OPTIONS)
        )

    @classmethod
    def parse(cls, text: str) -> "DataAddress | None":
        """Read it as it stands in an address; ``None`` for the key of a data set, which older addresses hold."""
        name, _, fingerprint = text.rpartition("~")
        if not _FINGERPRINT.fullmatch(fingerprint):
            return None
        name, *options = name.split("#")
        while options and options[0] not in FOLDER_OPTIONS:  # a name may hold the sign itself
            name = f"{name}#{options.pop(0)}"
        return cls(name, fingerprint, tuple(options))

    def __str__(self) -> str:
        return f"{'#'.join((self.name, *self.options))}~{self.fingerprint}"


def find_addressed(
    text: str,
    settings: Settings,
    *,
    opened: Callable[[str | None, Settings], Dataset] = open_dataset,
) -> str:
    """Find what an address names among the data sets of this machine.

    Parameters
    ----------
    text : str
        A :class:`DataAddress`, or the key of a listed data set; it may hold anything.
    settings : Settings
        Where data sets lie.
    opened : callable
        Opens a data set by its key, as :func:`open_dataset` does, or keeps those that were opened before.

    Returns
    -------
    str
        The key of a data set with exactly these pictures.

    Raises
    ------
    OtherPicturesError
        This machine has none: nothing else is shown in its place.
    """
    choices, address = list_choices(settings), DataAddress.parse(text)
    if address is None:
        found = find_choice(text, choices)
        if found is not None and (found.available or found.key == settings.data):
            return found.key
        problem = OtherPicturesError(
            f"There is no data set “{visible(text, 80)}” in the list of this machine, which the address asks for. "
            "Choose another one"
            + (", or start CIFAR Lab with CIFAR_LAB_DATA set to that path." if _is_path(text) else ".")
        )
        problem.path = text if _is_path(text) else ""
        raise problem
    changed = False
    for choice in _likely_first(address, choices):
        try:
            dataset = opened(choice.key, settings)
        except CifarLabError:
            continue
        if dataset.fingerprint == address.fingerprint:
            return choice.key
        changed |= DataAddress.of(dataset).name == address.name
    why = "has other pictures under that name" if changed else "does not have them"
    what = f"“{visible(address.name, 80)}” (fingerprint {address.fingerprint})"
    raise OtherPicturesError(
        f"The address shows pictures of {what}, and this machine {why}. Choose a data set that is "
        "here, or bring these pictures first."
    )


def _is_path(text: str) -> bool:
    """Tell whether it is written as a whole path; whether something lies there is not looked at."""
    return text.startswith(("/", "~", "\\")) or text[1:3] in (":\\", ":/")


def _likely_first(address: DataAddress, choices: tuple[DatasetChoice, ...]) -> list[DatasetChoice]:
    """Return what may hold these pictures: folders of other names are not opened, as that takes long."""
    likely, others = [], []
    for number, choice in enumerate(choices):
        if not choice.available:
            continue
        if choice.name == address.name:
            asked = find_choice("#".join((choice.location, *address.options)), choices)
            likely += [asked] if address.options and asked else []
            likely.append(choice)
        elif number == 0 or not (choice.is_folder or names_drawn_sample(choice.key)):
            others.append(choice)
    return likely + others
