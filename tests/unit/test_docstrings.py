"""Every public function and class of ``cifar_core`` says what it takes, gives and raises, in numpydoc's form."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from numpydoc.docscrape import FunctionDoc

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


def test_there_is_something_to_check() -> None:
    assert len(THINGS) > 60
