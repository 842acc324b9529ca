"""The graph of a step, kept in the cache: the next process that trains the same network does not trace it again.

To trace a step Python calls every layer, its gradient and the optimizer of every weight: seconds, where there are
hundreds. What it makes is a graph that reads weights, states and learning rates from variables and knows none of their
values. So a file holds the graph and the numbers of the variables that it reads; TensorFlow computes the same bits from
it. All that a graph depends on is part of the file's key, the text of this program too.
"""

import base64
import contextlib
import functools
import hashlib
import json
import platform
import threading
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary, finalize

from pydantic import BaseModel, ValidationError

from cifar_core.recipes.config import Recipe
from cifar_core.system.files import read_bytes, remove, write_atomically

FOLDER = "steps"
MOST_FILES = 60
"""Of them the latest are kept; each has 20 to 600 kB."""
MOST_BYTES = 64 * 1024 * 1024
"""Of a graph; the largest of ours has 6 MB."""
WRITER = "keeps a step"  # the thread that writes a graph beside the first step
ROOMS = ("models", "recipes", "training")
"""Whose text decides what a step is."""


NOT_COMPILED = (
    "name", "data", "seed", "device", "epochs", "learning_rate", "schedule", "initial_weights", "augmentation",
    "validation_fraction", "training_share", "early_stopping", "keep", "test_time_augmentation",
)  # fmt: skip
"""What of a recipe is no part of the step: it decides values, or what the step is fed with. All else is compiled."""


def what_is_compiled(network: Any, recipe: Recipe, own: Collection[str]) -> dict[str, Any]:
    """Return what a step depends on, beside the shapes of its variables and of what it is fed with; fit for JSON.

    Parameters
    ----------
    network : keras.Model
        Newly built.
    recipe : Recipe
        What its training is asked to do.
    own : collection of str
        Which operations of ours it is trained with.
    """
    import keras

    return {
        "network": network.to_json(),
        "recipe": recipe.model_dump_json(exclude=set(NOT_COMPILED)),
        "policy": keras.config.dtype_policy().name,
        "epsilon": keras.config.epsilon(),
        "own": sorted(own),
    }


class _Header(BaseModel):
    """What stands before a graph in its file.

    Attributes
    ----------
    key : str
        All that the graph depends on.
    function : str
        The name of the step among the functions that follow.
    given : list of int or str
        What it is given after the pictures: numbers of the trainer's variables, and constants (:func:`_written`).
    outputs : list of str
        What its results are called.
    ahead : list of tuple
        Functions that XLA compiles, each with the shape and type of what it takes; ``None`` is the count of pictures.
    """

    key: str
    function: str
    given: list[int | str]
    outputs: list[str]
    ahead: list[tuple[str, list[int | None], str]]


class KeptSteps:
    """The steps of one trainer, traced in this process or in one before.

    Parameters
    ----------
    folder : Path
        Where they lie; it need not exist.
    variables : callable
        Returns all variables that a step may read or write, the same ones in the same order in each process.
    depends_on : mapping of str to object
        What the graphs depend on, beside variables' shapes, versions and the program; written as JSON.
    """

    def __init__(
        self, folder: Path, variables: Callable[[], Sequence[Any]], depends_on: Mapping[str, object]
    ) -> None:
        self._folder = folder
        self._variables = variables
        self._depends_on = dict(depends_on)

    def key(self, name: str, fed: object) -> str:
        """Return all that the graph of a step depends on.

        Parameters
        ----------
        name : str
            What kind of step it is.
        fed : nested tf.TypeSpec
            Types and shapes of a batch.
        """
        return json.dumps(
            {
                **self._depends_on,
                "step": name,
                "fed": repr(fed),
                "variables": [(list(one.shape), one.dtype, one.trainable) for one in self._variables()],
                "program": _program(),
                "python": platform.python_version(),
                **{package: version(package) for package in ("keras", "tensorflow", "numpy")},
            }
        )

    def look_up(
        self, name: str, batches: Any, trace: Callable[[], Any], pictures: int
    ) -> Callable[[Any], Any]:
        """Return what makes a step with the next batch of an iterator: kept, or traced now and kept from now on.

        Parameters
        ----------
        name : str
            What kind of step it is.
        batches : tf.data.Iterator
            Another one that gives the same types and shapes may be in its place later.
        trace : callable
            Returns the concrete function of the iterator, which returns Keras's figures by their names.
        pictures : int
            For so many XLA compiles ahead; 0 where it is not to.
        """
        variables = self._variables()
        key = self.key(name, batches.element_spec)
        path = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.graph"
        if (kept := _read(path, key)) is not None:
            header, functions = kept
            if pictures:
                threading.Thread(target=functions.compile_ahead, args=(header.ahead, pictures)).start()
            return _Step(header, variables, functions)
        traced = trace()
        described = _described(traced, variables, key)
        if described is None:
            return lambda batches: traced(batches)
        threading.Thread(target=_keep, args=(path, described, traced), name=WRITER).start()
        return _Step(described, variables, traced)


class _Step:
    """A function that TensorFlow knows by its name, and the variables that it is given."""

    def __init__(self, header: _Header, variables: Sequence[Any], known: object) -> None:
        self._name = header.function
        self._given = [
            _constant(one) if isinstance(one, str) else variables[one].value.handle for one in header.given
        ]
        self._outputs = header.outputs
        self._known = known  # as long as this object lives

    def __call__(self, batches: Any) -> dict[str, Any]:
        import tensorflow as tf

        given = [*tf.nest.flatten(batches, expand_composites=True), *self._given]
        results = _called(self._name, given, len(self._outputs), _how_optimized())
        return dict(zip(self._outputs, results, strict=True))


class _Functions:
    """Functions of a file, known to TensorFlow as long as this object lives."""

    def __init__(self, functions: Iterable[Any]) -> None:
        self._outputs = {one.signature.name: len(one.signature.output_arg) for one in functions}
        for one in functions:
            _context().add_function_def(one)
        finalize(self, _forget, list(self._outputs))

    def compile_ahead(self, ahead: Sequence[tuple[str, list[int | None], str]], pictures: int) -> None:
        """Let XLA compile what it is to, for it needs no Python, while this process does other things."""
        import tensorflow as tf

        for name, shape, dtype in ahead:
            zeros = tf.zeros([pictures if side is None else side for side in shape], dtype)
            _called(name, [zeros], self._outputs[name], _context().function_call_options.as_attrs())


_known: WeakValueDictionary[str, _Functions] = WeakValueDictionary()
"""Functions that were read, by the name of their file: two trainers may have the same."""


def _forget(names: Sequence[str]) -> None:
    for name in names:
        _context().remove_function(name)


def _context() -> Any:
    from tensorflow.python.eager import context

    return context.context()  # There is no public way to call a function by its name.


def _called(name: str, given: Sequence[Any], outputs: int, how: Mapping[str, Any]) -> list[Any]:
    from tensorflow.python.eager import execute

    attributes = tuple(part for attribute in how.items() for part in attribute)
    return list(execute.execute(name, outputs, inputs=list(given), attrs=attributes, ctx=_context()))


@functools.cache
def _how_optimized() -> dict[str, Any]:
    """Return how TensorFlow is to optimize the graph of a step: without what finds nothing in any of them.

    For 7,000 operations each of these takes tenths of a second: layouts of GPUs, memory that is swapped out, loops,
    other implementations, sizes of shapes. What is left decides which operations are computed.
    """
    from tensorflow.core.protobuf import config_pb2, rewriter_config_pb2

    how = dict(_context().function_call_options.as_attrs())
    config = config_pb2.ConfigProto.FromString(how["config_proto"])
    options, off = config.graph_options.rewrite_options, rewriter_config_pb2.RewriterConfig.OFF
    options.layout_optimizer = options.loop_optimization = options.shape_optimization = off
    options.implementation_selector = off
    options.memory_optimization = rewriter_config_pb2.RewriterConfig.NO_MEM_OPT
    return how | {"config_proto": config.SerializeToString()}


@functools.cache
def _program() -> str:
    """Return a sum over the text of all files that decide what a step is."""
    package = Path(__file__).parent.parent
    files = sorted(file for room in ROOMS for file in (package / room).rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _described(traced: Any, variables: Sequence[Any], key: str) -> _Header | None:
    """Return what stands before the graph of a function; ``None`` where it needs more than variables and constants."""
    import tensorflow as tf

    number = {id(variable.value.handle): number for number, variable in enumerate(variables)}
    outputs = traced.structured_outputs
    if not (isinstance(outputs, dict) and all(map(tf.is_tensor, outputs.values()))):
        return None
    given: list[int | str] = []
    for one in traced.captured_inputs:
        if id(one) not in number and one.dtype == tf.resource:
            return None
        given.append(number[id(one)] if id(one) in number else _written(one))
    name = traced.function_def.signature.name
    return _Header(key=key, function=name, given=given, outputs=sorted(outputs), ahead=[])


def _written(constant: Any) -> str:
    """Return a tensor as text."""
    import tensorflow as tf

    return base64.b64encode(tf.make_tensor_proto(constant).SerializeToString()).decode()


def _constant(text: str) -> Any:
    """Return a tensor from :func:`_written`."""
    import tensorflow as tf
    from tensorflow.core.framework.tensor_pb2 import TensorProto

    return tf.constant(tf.make_ndarray(TensorProto.FromString(base64.b64decode(text))))


def _keep(path: Path, header: _Header, traced: Any) -> None:
    """Write a graph into the cache, if that can be written; what is oldest there makes room."""
    from tensorflow.core.framework import function_pb2

    functions = [traced.function_def, *traced.graph.as_graph_def().library.function]
    # In another process these names may be those of other functions.
    names = {one.signature.name: f"kept_{path.stem}_{number}" for number, one in enumerate(functions)}
    library = function_pb2.FunctionDefLibrary()
    ahead = []
    for one in functions:
        function = library.function.add()
        function.CopyFrom(one)
        _rename(function, names)
        ahead += _compiled_by_xla(function)
    renamed = header.model_copy(update={"function": names[header.function], "ahead": ahead})
    text = f"{renamed.model_dump_json()}\n".encode() + zlib.compress(library.SerializeToString(), 1)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
        latest = sorted(path.parent.glob("*.graph"), key=lambda file: file.stat().st_mtime)
        for file in latest[:-MOST_FILES]:
            remove(file)


def _rename(function: Any, names: Mapping[str, str]) -> None:
    function.signature.name = names[function.signature.name]
    for node in function.node_def:
        node.op = names.get(node.op, node.op)
        for value in node.attr.values():
            called = [value.func] if value.HasField("func") else list(value.list.func)
            for one in called:
                one.name = names[one.name]


def _compiled_by_xla(function: Any) -> list[tuple[str, list[int | None], str]]:
    import tensorflow as tf

    arguments = function.signature.input_arg
    if "_XlaMustCompile" not in function.attr or len(arguments) != 1 or 0 not in function.arg_attr:
        return []
    shape = function.arg_attr[0].attr["_output_shapes"].list.shape[0]
    return [
        (function.signature.name, tf.TensorShape(shape).as_list(), tf.dtypes.as_dtype(arguments[0].type).name)
    ]


def _read(path: Path, key: str) -> tuple[_Header, _Functions] | None:
    """Return what a file holds; ``None`` where there is none, a damaged one, or one for something else."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.framework import function_pb2

    try:
        first, _, packed = read_bytes(path, MOST_BYTES).partition(b"\n")
        header = _Header.model_validate_json(first)
        if header.key != key:
            return None
        functions = _known.get(path.stem)
        if functions is None:
            unpacking = zlib.decompressobj()
            text = unpacking.decompress(packed, MOST_BYTES)
            if not unpacking.eof:
                return None
            functions = _known[path.stem] = _Functions(
                function_pb2.FunctionDefLibrary.FromString(text).function
            )
        return header, functions
    except (OSError, ValidationError, zlib.error, DecodeError):
        return None
