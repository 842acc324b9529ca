"""The process that opens a model of unknown origin: ``python -m cifar_core.imports.worker``.

The request is the first line of standard input, answers are lines on standard output. The process ends when standard
input closes: whoever asked is gone then. Its memory and time are watched from outside.
"""

import contextlib
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Split
from cifar_core.data.splits import validation_split
from cifar_core.data.trainable import check_classes, check_validation
from cifar_core.errors import CifarLabError, InterchangeError, NetworkRefusedError
from cifar_core.evaluation.balanced import BalancedAccuracy
from cifar_core.evaluation.cross_entropy import cross_entropy
from cifar_core.evaluation.predictions import Predictions, load_predictions, save_predictions
from cifar_core.imports.network import (
    check_same_outputs,
    check_shapes,
    load_network,
    one_output_as_two,
    probabilities_to_logits,
    to_logits,
    with_scaling,
)
from cifar_core.imports.protocol import Imported, ImportRequest, Refusal, Stage
from cifar_core.imports.scaling import (
    MOST_PICTURES,
    SCALINGS,
    channel_statistics,
    choose_scaling,
    scale_and_offset,
)
from cifar_core.models.model_file import check_model_file
from cifar_core.runs.imported import Scaling
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.processes import end_with_parent
from cifar_core.runs.record import DataProvenance
from cifar_core.settings import PROJECT_ROOT, Settings
from cifar_core.system.files import remove
from cifar_core.system.streams import make_streams_safe
from cifar_core.words.counts import counted

PREDICTION_BATCH = 256
_COMPARED = 64


def main() -> None:
    """Answer one request and end."""
    make_streams_safe()
    _keep_within_limits()
    # What Keras and TensorFlow print must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    request = ImportRequest.model_validate_json(sys.stdin.buffer.readline())
    end_with_parent()

    def tell(message: Stage | Refusal | Imported) -> None:
        print(message.model_dump_json(), file=answers, flush=True)

    try:
        tell(import_into(request, lambda text: tell(Stage(text=text))))
    except CifarLabError as problem:
        tell(Refusal(sentence=str(problem)))
    except MemoryError:
        tell(Refusal(sentence="Memory ran out while the model was opened: it is too large for this machine."))


def import_into(request: ImportRequest, report: Any) -> Imported:
    """Do what a request asks, in this process.

    Parameters
    ----------
    request : ImportRequest
        Which file, which data set, which folder.
    report : callable
        Receives a phrase at each stage.

    Raises
    ------
    CifarLabError
        The model is refused, or the data set cannot be opened.
    """
    paths = RunPaths(Path(request.folder))
    report("looking into the file")
    try:
        suffix = check_model_file(Path(request.model)).suffix
    except NetworkRefusedError as error:
        raise InterchangeError(error.cause) from error
    settings = Settings(
        data=None,
        runs_dir=paths.folder.parent,
        trained_dir=PROJECT_ROOT / "trained",
        cache_dir=Path(request.cache_dir),
        keras_dir=Path(request.keras_dir),
    )
    dataset = open_dataset(request.data, settings)
    _, held_out = validation_split(
        dataset.train.labels, fraction=request.validation_fraction, seed=request.seed
    )
    check_classes(dataset)
    check_validation(dataset, len(held_out))

    report("loading Keras")
    original = paths.folder / f".original{suffix}"  # Keras tells the format from the name's ending.
    try:
        shutil.copyfile(request.model, original)
        given = load_network(original)
    finally:
        remove(original)
    two = one_output_as_two(given, dataset.class_names)
    network = given if two is None else two.network
    check_shapes(network, len(dataset.class_names), dataset.name)

    pictures = np.random.default_rng(request.seed).permutation(held_out)[:MOST_PICTURES]
    statistics = channel_statistics(dataset.train.images)
    tried = {}
    for scaling in SCALINGS:
        report(f"trying pixels scaled {scaling}")
        tried[scaling] = _try(network, dataset.train, pictures, scaling, statistics)
    said = {scaling: one for scaling, one in tried.items() if one is not None}
    if not said:
        raise InterchangeError(
            "The model's outputs are not finite numbers: its training has diverged. Train it again with a "
            "smaller learning rate."
        )
    finding = choose_scaling(said, dataset.class_names)

    report("fitting it to pixels 0–255")
    before = said[finding.chosen].logits
    logits = two or probabilities_to_logits(to_logits(network), before)
    fitted = with_scaling(logits.network, *scale_and_offset(finding.chosen, *statistics))
    fitted.save(paths.model)
    fitted = load_network(paths.model)
    check_same_outputs(
        before[:_COMPARED], _outputs(fitted, dataset.train.images[pictures[:_COMPARED]]), logits.activation
    )

    report(f"predicting {len(held_out):,} validation and {counted(len(dataset.test), 'test picture')}")
    save_predictions(
        paths.predictions,
        validation=_predict(fitted, dataset.train, held_out),
        test=_predict(fitted, dataset.test, np.arange(len(dataset.test))),
        fingerprint=dataset.fingerprint,
    )
    validated = load_predictions(paths.predictions, "validation")
    tested = load_predictions(paths.predictions, "test")
    balanced = BalancedAccuracy.where_needed(tested)
    return Imported(
        parameters=given.count_params(),
        output=logits.sentence,
        scaling=finding,
        data=DataProvenance.of(dataset, training=None, validation=len(held_out)),
        validation_accuracy=validated.accuracy,
        validation_loss=cross_entropy(validated),
        test_accuracy=tested.accuracy,
        test_loss=cross_entropy(tested),
        test_balanced_accuracy=balanced.value if balanced else None,
    )


def _try(
    network: Any,
    split: Split,
    pictures: NDArray[np.int64],
    scaling: Scaling,
    statistics: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Predictions | None:
    """Show pictures to the network as it came; ``None`` where its outputs are not finite."""
    scale, offset = scale_and_offset(scaling, *statistics)
    outputs = _outputs(network, (split.images[pictures] * scale + offset).astype(np.float32))
    return Predictions(outputs, split.labels[pictures], pictures) if np.isfinite(outputs).all() else None


def _predict(network: Any, split: Split, pictures: NDArray[np.int64]) -> Predictions:
    logits = _outputs(network, split.images[pictures])
    if not np.isfinite(logits).all():
        raise InterchangeError(
            "The model's outputs are not finite numbers for some pictures of this data set. Train it again with a "
            "smaller learning rate."
        )
    return Predictions(logits, split.labels[pictures], pictures)


def _outputs(network: Any, images: NDArray[Any]) -> NDArray[np.float32]:
    outputs = [
        network.predict_on_batch(images[start : start + PREDICTION_BATCH].astype(np.float32))
        for start in range(0, len(images), PREDICTION_BATCH)
    ]
    return np.concatenate([np.asarray(one, np.float32) for one in outputs])


def _keep_within_limits() -> None:
    """Let no crash fill the disk with a memory image, where the system knows such limits."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
