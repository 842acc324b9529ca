"""All networks as :func:`~cifar_core.models.analysis.analyse` describes them, kept in a file: pages load no Keras.

``python -m cifar_core.models.architectures`` writes the file anew; a test fails when it is out of date.
"""

import functools
import json
from pathlib import Path

from cifar_core.models.analysis import Architecture, analyse
from cifar_core.models.registry import MODELS

_FILE = Path(__file__).with_name("architectures.json")


@functools.cache
def known_architectures() -> dict[str, Architecture]:
    """Return the architecture of every model in the table, by id, with ten classes."""
    known = json.loads(_FILE.read_text(encoding="utf-8"))
    return {name: Architecture.model_validate(one) for name, one in known.items()}


def analyse_all() -> dict[str, Architecture]:
    """Build and analyse every model in the table; imports Keras and takes some seconds."""
    import keras

    architectures = {}
    for name, spec in MODELS.items():
        # Keras numbers layers that have no name of their own: a new session begins at the first number again.
        keras.utils.clear_session()
        architectures[name] = analyse(spec.build(10))
    return architectures


def main() -> None:
    """Write the file."""
    # A line for each layer, so that a layer that is changed is one line of a diff.
    models = []
    for name, architecture in analyse_all().items():
        layers = ",\n  ".join(layer.model_dump_json() for layer in architecture.layers)
        models.append(f'"{name}": {{"layers": [\n  {layers}\n ]}}')
    _FILE.write_text("{\n" + ",\n".join(models) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
