"""Computing a map, whoever asks: a page in the background, or the command line."""

from pathlib import Path

from cifar_core.data.dataset import SPLIT_NAMES, Dataset
from cifar_core.explain.features import GivesFeatures, compute_features
from cifar_core.maps.background import Told
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import keep_map, map_rows, open_map
from cifar_core.maps.tsne import lay_out
from cifar_core.runs.run import Run


def compute_map(
    name: MapName,
    dataset: Dataset,
    run: Run | None,
    service: GivesFeatures,
    cache_dir: Path,
    told: Told,
) -> None:
    """Compute a map and keep it; minutes for t-SNE of ten thousand pictures.

    Parameters
    ----------
    name : MapName
        Which map.
    dataset : Dataset
        Whose pictures.
    run : Run or None
        The run whose features it is made of, where it is not of pixels.
    service : GivesFeatures
        Asks the run's network.
    cache_dir : Path
        ``Settings.cache_dir``.
    told : callable
        Told what is being done, and how much of it is.

    Raises
    ------
    RunError
        There are too few pictures, the run has no weights, or the process of t-SNE ended.
    ExplainError
        The network cannot be opened, or gave no answer.
    """
    if run is not None:
        compute_features(run, dataset, name.split, service, cache_dir, told)
    if name.method == "pca":
        open_map(name, dataset, run, cache_dir)
        return
    doing = f"t-SNE of the {SPLIT_NAMES[name.split]} pictures"
    told(doing, 0.0)
    points = lay_out(map_rows(name, dataset, run, cache_dir), lambda share: told(doing, share))
    keep_map(name, points, dataset, run, cache_dir)
