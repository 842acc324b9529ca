"""Every public function and class of ``cifar_core`` says what it takes, gives and raises, in numpydoc's form."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from numpydoc.docscrape import FunctionDoc, NumpyDocString

import cifar_core

# Only the worker process imports these; what they hold are subclasses of Keras classes.
KERAS_MODULES = {
    "cifar_core.training.batches",
    "cifar_core.training.callbacks",
    "cifar_core.training.engine",
    "cifar_core.explain.backends.tensorflow",
    "cifar_core.explain.process.worker",
    "cifar_core.explain.explainer",
    "cifar_core.__main__",
}


def public_functions() -> Iterator[tuple[str, object]]:
    for module_info in pkgutil.walk_packages(cifar_core.__path__, "cifar_core."):
        if module_info.name in KERAS_MODULES:
            continue
        module = importlib.import_module(module_info.name)
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(thing):
                yield f"{module.__name__}.{name}", thing
            elif inspect.isclass(thing):
                yield f"{module.__name__}.{name}", thing
                for method_name, method in vars(thing).items():
                    if not method_name.startswith("_") and inspect.isfunction(method):
                        yield f"{module.__name__}.{name}.{method_name}", method


THINGS = dict(public_functions())


@pytest.mark.parametrize("name", THINGS)
def test_a_public_name_says_what_it_is_in_one_sentence(name: str) -> None:
    text = inspect.getdoc(THINGS[name]) or ""
    first_line = text.partition("\n")[0]
    assert first_line, f"{name} has no docstring"
    assert first_line.endswith((".", ":", ";", "?")) or "\n" in text, f"{name}: {first_line!r} is cut off"


@pytest.mark.parametrize("name", [name for name, thing in THINGS.items() if inspect.isfunction(thing)])
def test_parameters_that_are_described_exist(name: str) -> None:
    thing = THINGS[name]
    described = [
        word.strip().lstrip("*")
        for entry in FunctionDoc(thing)["Parameters"]
        for word in entry.name.split(",")
    ]
    taken = set(inspect.signature(thing).parameters)  # type: ignore[arg-type]
    assert set(described) <= taken, (
        f"{name} describes {sorted(set(described) - taken)}, which it does not take"
    )


@pytest.mark.parametrize(
    "name", [name for name, thing in THINGS.items() if ">>>" in (inspect.getdoc(thing) or "")]
)
def test_examples_give_what_they_say(name: str) -> None:
    thing = THINGS[name]
    known = vars(sys.modules[thing.__module__])
    runner = doctest.DocTestRunner(verbose=False)
    said: list[str] = []
    for example in doctest.DocTestFinder(recurse=False).find(thing, name, globs=dict(known)):
        runner.run(example, out=said.append)
    assert runner.tries > 0
    assert runner.failures == 0, "".join(said)


def functions_of_several_parameters() -> Iterator[tuple[str, list[str], str]]:
    """Read name, parameters and docstring from the source: modules that load Keras are held to it too."""
    root = Path(cifar_core.__file__).parent
    for path in sorted(root.rglob("*.py")):
        module = ".".join(("cifar_core", *path.relative_to(root).with_suffix("").parts))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_"]
        for owner in (tree, *classes):
            for function in owner.body:
                if not isinstance(function, ast.FunctionDef) or function.name[0] == "_":
                    continue
                decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
                taken = parameters_of(function)
                if isinstance(owner, ast.ClassDef) and "staticmethod" not in decorators:
                    del taken[0]  # self or cls
                if len(taken) > 1:
                    name = (
                        f"{owner.name}.{function.name}" if isinstance(owner, ast.ClassDef) else function.name
                    )
                    yield f"{module}.{name}", taken, ast.get_docstring(function) or ""


def parameters_of(function: ast.FunctionDef) -> list[str]:
    given = function.args
    found = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [parameter.arg for parameter in found if parameter is not None]


SEVERAL_PARAMETERS = {name: (taken, text) for name, taken, text in functions_of_several_parameters()}

STILL_TO_COME = ("explain.overlay.",)
"""Rooms whose sections “Parameters” are being written: the list must become empty."""


@pytest.mark.parametrize(
    "name",
    [name for name in SEVERAL_PARAMETERS if not name.removeprefix("cifar_core.").startswith(STILL_TO_COME)],
)
def test_all_of_several_parameters_are_described(name: str) -> None:
    taken, text = SEVERAL_PARAMETERS[name]
    entries = NumpyDocString(text)["Parameters"]
    described = [word.strip().lstrip("*") for entry in entries for word in entry.name.split(",")]
    assert described == taken, f"{name} takes {taken}, its section “Parameters” describes {described}"
    assert all(entry.type for entry in entries), f"{name}: of each parameter the type is said"


def test_there_is_something_to_check() -> None:
    assert len(THINGS) > 60
    assert len(SEVERAL_PARAMETERS) > 200
