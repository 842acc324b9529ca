"""What is known of a network without building it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ConfigError
from cifar_core.recipes.config import Recipe

PUBLISHED = "published"
LAB = "lab"
LIVE = "live"
SCRATCH = "scratch"
PRESET_TITLES = {PUBLISHED: "as published", LAB: "CIFAR Lab", LIVE: "live demo", SCRATCH: "from scratch"}


@dataclass(frozen=True)
class ModelSpec:
    """One network and the recipes it is trained by.

    Attributes
    ----------
    id : str
        Name on the command line and in run records.
    family : str
        ``"MLP"``, ``"CNN"``, ``"ResNet"`` …
    summary : str
        The layers in one line.
    parameters_at_10 : int
        Keras's total parameter count with ten classes.
    per_class : int
        What each class more adds to that count.
    presets : mapping of str to Recipe
        Ready recipes by name (:data:`PRESET_TITLES`); the first is what is used unless the user says otherwise.
    build : callable
        ``build(classes)`` returns a new, uncompiled ``keras.Model`` that takes raw RGB pixels 0–255 of
        shape (N, 32, 32, 3) and gives logits of shape (N, classes). Imports Keras.
    prepare : callable, optional
        ``prepare(network, images)`` sets what is computed from training pictures (uint8) before training.
    load_pretrained : callable, optional
        ``load_pretrained(network)`` sets the weights that were trained on ImageNet, where the network has any.
    weight_penalty : bool
        Whether its loss holds a penalty on weights (a regularizer in its layers), apart from the recipe's weight decay.
    reported : str
        What the authors of the reference system reported, with its contradictions; empty for our own.
    """

    id: str
    family: str
    summary: str
    parameters_at_10: int
    per_class: int
    presets: Mapping[str, Recipe]
    build: Callable[[int], Any]
    prepare: Callable[[Any, NDArray[np.uint8]], None] | None = None
    load_pretrained: Callable[[Any], None] | None = None
    weight_penalty: bool = False
    reported: str = ""

    @property
    def recipe(self) -> Recipe:
        """The preset that is used unless the user says otherwise."""
        return next(iter(self.presets.values()))

    def parameters(self, classes: int = 10) -> int:
        """Total parameter count for a number of classes.

        Parameters
        ----------
        classes : int
            1 or more.

        Returns
        -------
        int
            Keras's total count: batch statistics included.
        """
        return self.parameters_at_10 + (classes - 10) * self.per_class

    def preset(self, name: str | None) -> Recipe:
        """Look a preset up by its name.

        Parameters
        ----------
        name : str or None
            One of ``presets``; ``None`` for the first.

        Raises
        ------
        ConfigError
            The model has no such preset.
        """
        if name is None:
            return self.recipe
        if name not in self.presets:
            raise ConfigError(
                f"“{self.id}” has no preset “{name[:40]}”. Choose one of: {', '.join(self.presets)}."
            )
        return self.presets[name]
