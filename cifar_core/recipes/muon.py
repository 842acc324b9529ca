"""The recipe that ours for networks with convolutions are made of."""

from cifar_core.recipes.augmentations import AUGMENTATIONS
from cifar_core.recipes.config import Recipe, Schedule

MUON = Recipe(
    epochs=16,
    batch_size=256,
    optimizer="muon",
    learning_rate=0.12,
    schedule=Schedule(kind="linear"),
    weight_decay=0.0167,
    label_smoothing=0.1,
    validation_fraction=0.02,
    augmentation=AUGMENTATIONS["alternating"],
    test_time_augmentation=True,
)
"""Few epochs with Muon, mirrored in turn, shifted by two pixels: airbench94 (Jordan 2024, arXiv:2404.00498)."""
