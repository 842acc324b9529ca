"""What a map of pictures is called: how it was made, of which split, and of what."""

import re
from dataclasses import dataclass
from typing import Literal

from cifar_core.data.dataset import SplitName

Method = Literal["pca", "tsne"]

METHODS: dict[Method, str] = {"pca": "PCA", "tsne": "t-SNE"}
"""How pictures are laid out."""

_NAME = re.compile(r"(pca|tsne):(train|test)(?::([^\s(),\"@]+))?(?:@([0-9a-f]{4}))?", re.ASCII)


@dataclass(frozen=True)
class MapName:
    """The name of a map, as an expression has it: ``"tsne:test"``, ``"pca:train:resnet20"``, ``"tsne:test@3f2a"``.

    Attributes
    ----------
    method : {"pca", "tsne"}
        How it was made.
    split : {"train", "test"}
        Of which pictures.
    run : str or None
        Id of the run whose last features were laid out; ``None`` for pixels.
    mark : str or None
        Tells one t-SNE map from another of the same pictures: computed on another machine it looks different, and a
        region drawn on one of them means nothing on the other.
    """

    method: Method
    split: SplitName
    run: str | None = None
    mark: str | None = None

    @classmethod
    def read(cls, text: str) -> "MapName | None":
        """Read a name; ``None`` where it is none.

        Parameters
        ----------
        text : str
            Such as ``"tsne:test"``.
        """
        found = _NAME.fullmatch(text)
        if found is None:
            return None
        method: Method = "pca" if found[1] == "pca" else "tsne"
        split: SplitName = "train" if found[2] == "train" else "test"
        return cls(method, split, found[3], found[4])

    def __str__(self) -> str:
        run, mark = self.run and f":{self.run}", self.mark and f"@{self.mark}"
        return f"{self.method}:{self.split}{run or ''}{mark or ''}"
