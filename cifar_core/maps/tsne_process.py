"""The process of t-SNE: ``python -m cifar_core.maps.tsne_process ROWS POINTS ITERATIONS``.

It reads an array and writes one; how far it is stands on standard output, as scikit-learn writes it.
"""

import os
import sys
from pathlib import Path

import numpy as np

from cifar_core.runs.processes import end_with_parent
from cifar_core.system.streams import make_streams_safe

_KEPT = 50  # components of the PCA before, as van der Maaten and Hinton have it
_PERPLEXITY = 30.0


def main() -> None:
    """Lay the rows out, and end with whoever started this process."""
    make_streams_safe()
    end_with_parent()
    given, found, iterations = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    rows = np.load(given, allow_pickle=False).astype(np.float32)
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    kept = min(_KEPT, *rows.shape)
    if kept < min(rows.shape):
        rows = PCA(kept, svd_solver="randomized", random_state=0).fit_transform(rows)
    if not np.ptp(rows, axis=0).any():  # all the same: nothing lies anywhere
        np.save(found, np.zeros((len(rows), 2), np.float32))
        return
    layout = TSNE(
        perplexity=min(_PERPLEXITY, (len(rows) - 1) / 3),
        max_iter=iterations,
        init="pca" if min(rows.shape) >= 2 else "random",
        random_state=0,
        verbose=2,
    )
    draft = found.with_name("draft.npy")
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    np.save(draft, layout.fit_transform(rows).astype(np.float32))
    draft.rename(found)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # The thread that waits for the end of standard input can't be stopped.
