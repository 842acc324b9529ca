"""Models that are not among the reference systems: made or chosen for accuracy per minute."""

from cifar_core.models import residual, speedrun, transfer, transformer
from cifar_core.models.spec import LAB, LIVE, SCRATCH, ModelSpec
from cifar_core.recipes.augmentations import AUGMENTATIONS
from cifar_core.recipes.config import Recipe, Schedule
from cifar_core.recipes.muon import MUON

_SPEEDRUN = MUON.model_copy(
    update={"epochs": 8, "batch_size": 512, "muon_other_rate": 2000.0, "label_smoothing": 0.2}
)

# What two processor cores learn within a minute: a quarter of the pictures, once, in smaller steps.
_LIVE = _SPEEDRUN.model_copy(
    update={
        "epochs": 1,
        "training_share": 0.24,
        "batch_size": 128,
        "learning_rate": 0.06,
        "test_time_augmentation": False,
    }
)

# The network knows much already: a small learning rate that only fine-tunes it.
_FINE_TUNING = Recipe(
    initial_weights="imagenet",
    epochs=10,
    batch_size=64,
    optimizer="adamw",
    learning_rate=5e-4,
    schedule=Schedule(kind="one_cycle"),
    weight_decay=0.01,
    label_smoothing=0.1,
    augmentation=AUGMENTATIONS["standard"],
)

# The same network with random weights: beside the other it shows what the ImageNet weights are worth.
_FROM_SCRATCH = _FINE_TUNING.model_copy(update={"initial_weights": "random", "learning_rate": 2e-3})

OWN = (
    ModelSpec(
        id="speedrun",
        family="CNN",
        summary="Whitening, two convolutions each of 64, 256 and 256 with batch norm",
        parameters_at_10=1_973_944,
        per_class=256,
        presets={
            LAB: _SPEEDRUN,
            LIVE: _LIVE,
        },
        build=speedrun.build_speedrun,
        prepare=speedrun.whiten,
    ),
    ModelSpec(
        id="speedrun-96",
        family="CNN",
        summary="Whitening, three convolutions each of 128, 384 and 512 with batch norm and a shortcut",
        parameters_at_10=9_921_848,
        per_class=512,
        presets={LAB: _SPEEDRUN.model_copy(update={"epochs": 10})},
        build=speedrun.build_speedrun_96,
        prepare=speedrun.whiten,
    ),
    ModelSpec(
        # Three epochs of 15,000 pictures gave 67.5% on held-out ones at 0.06, 67.1% at 0.12, 64.3% at 0.03, and with
        # momentum (0.1) 55.7%.
        id="resnet20",
        family="ResNet",
        summary="Nine residual blocks of 16 to 64, average pooling",
        parameters_at_10=271_098,
        per_class=65,
        presets={
            LAB: _SPEEDRUN.model_copy(
                update={
                    "epochs": 24,
                    "batch_size": 256,
                    "learning_rate": 0.06,
                    "muon_other_rate": 1.0,
                    "label_smoothing": 0.05,
                }
            )
        },
        build=residual.build_resnet20,
    ),
    ModelSpec(
        id="vit-tiny",
        family="Transformer",
        summary="64 patches of 4×4, six blocks of attention 192 wide with three heads",
        parameters_at_10=2_729_866,
        per_class=193,
        presets={
            LAB: Recipe(
                epochs=20,
                batch_size=128,
                optimizer="adamw",
                learning_rate=1e-3,
                schedule=Schedule(kind="cosine", warmup_epochs=2),
                weight_decay=0.05,
                label_smoothing=0.1,
                validation_fraction=0.02,
                augmentation=AUGMENTATIONS["standard"],
            )
        },
        build=transformer.build_vit_tiny,
    ),
    ModelSpec(
        id="efficientnetv2-b0",
        family="Transfer",
        summary="EfficientNetV2-B0, trained on ImageNet, on pictures enlarged to 96×96",
        parameters_at_10=5_932_122,
        per_class=1281,
        presets={LAB: _FINE_TUNING, SCRATCH: _FROM_SCRATCH},
        build=transfer.build_efficientnet,
        load_pretrained=transfer.imagenet_weights("EfficientNetV2B0"),
    ),
    ModelSpec(
        id="mobilenetv3-small",
        family="Transfer",
        summary="MobileNetV3-Small, trained on ImageNet, on pictures enlarged to 96×96",
        parameters_at_10=944_890,
        per_class=577,
        presets={LAB: _FINE_TUNING, SCRATCH: _FROM_SCRATCH},
        build=transfer.build_mobilenet,
        load_pretrained=transfer.imagenet_weights("MobileNetV3Small"),
    ),
)
