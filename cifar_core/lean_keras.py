"""Keras without what it loads for callers we are not: a process that computes starts seconds sooner."""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

from cifar_core.errors import RunError
from cifar_core.system.native_notes import without_native_notes

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
"""Environment variable that lets TensorFlow compute by oneDNN. By itself it does so on Linux with AVX-512 VNNI or newer
alone; with AVX2 oneDNN takes half the time or less, too (docs/performance.md)."""
UNUSED = ("sklearn", "pandas", "jax")
"""Keras imports these where they are installed: for its scikit-learn wrappers, for data frames as input, and to mend
something in old versions of JAX, also where it does not compute with it."""

LATER = (
    "keras._tf_keras",
    "tensorflow._api.v2.__internal__.feature_column",
    "tensorflow._api.v2.compat",
    "tensorflow._api.v2.feature_column",
    "tensorflow._api.v2.tpu",
)
"""Faces that Keras and TensorFlow show to callers of other versions, and an older Keras inside of TensorFlow: hundreds
of modules. With all that is in them they are there as ever, but executed once somebody asks for something of theirs."""


class _Later(MetaPathFinder):
    """Finds what :data:`LATER` names."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in LATER:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def import_keras() -> None:
    """Import Keras as if :data:`UNUSED` were not installed; afterwards they can be imported as ever.

    TensorFlow computes by oneDNN, unless :data:`ONEDNN` says otherwise. Its notes on itself are left out, unless
    ``TF_CPP_MIN_LOG_LEVEL`` says how much of them is wanted. What ends the process, and what Python says, is printed
    as ever.

    For the start of a process that trains or explains, before its first ``import keras``. Does nothing where Keras is
    imported already. Should a version of Keras need one of the libraries, it is left for the caller's own import,
    which then loads all of them.

    Raises
    ------
    RunError
        What Keras computes with is not installed: for some machines there is no TensorFlow.
    """
    if "keras" in sys.modules:
        return
    os.environ.setdefault(ONEDNN, "1")
    hidden = [name for name in UNUSED if name not in (*sys.modules, os.environ.get("KERAS_BACKEND"))]
    # None makes an import fail as if nothing were installed:
    # https://docs.python.org/3/reference/import.html#the-module-cache
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    sys.meta_path.insert(0, _Later())
    collecting = gc.isenabled()
    gc.disable()  # It would look through a million new objects again and again, and none of them is garbage.
    try:
        if "TF_CPP_MIN_LOG_LEVEL" in os.environ:
            import keras
        else:
            os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
            with without_native_notes():
                import keras  # noqa: F401
    except ImportError as error:
        if error.name in BACKENDS and error.name not in hidden:
            raise RunError(
                f"{BACKENDS[error.name]} is not installed, so this machine can neither train nor explain; looking at "
                "pictures and comparing runs work. README.md says for which machines there is one."
            ) from None
    finally:
        for name in hidden:
            del sys.modules[name]
        gc.freeze()  # nor will be
        if collecting:
            gc.enable()
    if "keras" not in sys.modules:
        for name in [name for name in sys.modules if name.startswith("keras.")]:
            del sys.modules[name]


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Let Python not search for garbage meanwhile: tracing a step makes a hundred thousand objects that all stay."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
