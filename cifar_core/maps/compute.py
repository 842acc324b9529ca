"""Computing a map, whoever asks: a page in the background, or the command line."""

from pathlib import Path

from cifar_core.data.dataset import Dataset
from cifar_core.maps.background import Told
from cifar_core.maps.name import METHODS, MapName
from cifar_core.maps.picture_map import keep_map, open_map, pixel_rows
from cifar_core.maps.tsne import lay_out


def compute_map(name: MapName, dataset: Dataset, cache_dir: Path, told: Told) -> None:
    """Compute a map and keep it; minutes for t-SNE of ten thousand pictures.

    Parameters
    ----------
    name : MapName
        Which map.
    dataset : Dataset
        Whose pictures.
    cache_dir : Path
        ``Settings.cache_dir``.
    told : callable
        Told what is being done, and how much of it is.

    Raises
    ------
    RunError
        There are too few pictures, or the process of t-SNE ended.
    """
    if name.method == "pca":
        open_map(name, dataset, cache_dir)
        return
    doing = f"{METHODS[name.method]} of the {name.split} pictures"
    told(doing, 0.0)
    points = lay_out(pixel_rows(dataset, name.split), lambda share: told(doing, share))
    keep_map(name, points, dataset, cache_dir)
