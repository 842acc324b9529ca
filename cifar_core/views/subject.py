"""The picture that Explain asks a network about: one of the data set, or an upload."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.picture.framing import NetworkInput, prepare
from cifar_core.data.reading import Background, Framing, Preparation
from cifar_core.errors import DataError
from cifar_core.explain.upload import read_for_network
from cifar_core.names import visible
from cifar_core.remembered import remembered


@dataclass(frozen=True)
class Subject:
    """The picture that is explained.

    Attributes
    ----------
    title : str
        What it is, as a phrase: ``"test picture 123"`` or a file name.
    seen : NetworkInput
        What the network sees of it.
    true_class : str or None
        Its class, where it is known.
    notes : tuple of str
        What was changed while decoding it.
    file_stem : str
        Start of the name of a downloaded picture.
    is_transparent : bool
        Whether the background of an upload can be seen.
    test_index : int or None
        Its number among the test pictures of the data set on screen, if it is one of them.
    """

    title: str
    seen: NetworkInput
    true_class: str | None
    notes: tuple[str, ...]
    file_stem: str
    is_transparent: bool = False
    test_index: int | None = None


def subject_from_upload(
    file_name: str,
    content: bytes,
    trained: Preparation | None,
    *,
    framing: Framing | None = None,
    background: Background | None = None,
) -> Subject:
    """Decode an uploaded picture.

    Parameters
    ----------
    file_name : str
        As the browser gives it: the title on the page, and without its ending the start of the name of what is saved.
    content : bytes
        The whole file.
    trained : Preparation or None
        How the network's own pictures were made 32×32, as :attr:`ModelChoice.preparation` says.
    framing : {"crop", "stretch", "pad"}, optional
        How the picture is made square; as the network's own if not given.
    background : {"white", "black"}, optional
        What is seen through transparent parts; likewise.

    Raises
    ------
    ImageError
        The file is no picture that can be opened.
    """
    name = visible(file_name, 200)
    upload = read_for_network(content, name, trained, framing=framing, background=background)
    return Subject(name, upload.seen, None, upload.notes, Path(name).stem, upload.is_transparent)


@remembered(most=128)
def subject_from_dataset(dataset: Dataset, split_name: SplitName, index: int) -> Subject:
    """Take a picture of the data set on screen.

    Parameters
    ----------
    dataset : Dataset
        The one on screen.
    split_name : {"train", "test"}
        Which of its splits.
    index : int
        Number of the picture in that split, from 0.

    Raises
    ------
    DataError
        The split has no picture of this number.
    """
    split = dataset.split(split_name)
    if not 0 <= index < len(split):
        raise DataError(
            f"The {split_name} split of {dataset.name} has no picture {index}: they are numbered "
            f"0 to {len(split) - 1:,}. Choose one of these."
        )
    true_class = dataset.class_names[int(split.labels[index])]
    seen = prepare(np.array(split.images[index]))
    return Subject(
        f"{split_name} picture {index}",
        seen,
        true_class,
        (),
        f"{split_name}-{index}",
        test_index=index if split_name == "test" else None,
    )
