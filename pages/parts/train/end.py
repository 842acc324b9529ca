"""How a new run is validated, ended and tested."""

from cifar_core.recipes.config import Recipe
from pages.parts.train.setting import SETTINGS, Chosen, draw_settings, others

SHARES = (("validation_fraction",), ("training_share",))
BELOW = (
    "early_stopping.monitor",
    "early_stopping.patience",
    "keep",
    "epoch_predictions",
    "test_time_augmentation",
)
LISTED = (*SHARES[0], *SHARES[1], *BELOW)


def choose_end(recipe: Recipe, start: str, *, drawn: bool) -> Chosen:
    """Draw which pictures are held out, when training ends, and what is kept and tested, where the part is open."""
    never = SETTINGS["early_stopping.monitor"].shown.off
    return draw_settings(SHARES, recipe, start, drawn=drawn) | draw_settings(
        [[*BELOW, *others(["early_stopping"], LISTED)]],
        recipe,
        start,
        {"early_stopping.patience": lambda chosen: chosen["early_stopping.monitor"] != never},
        drawn=drawn,
    )
