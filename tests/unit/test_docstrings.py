"""Every public function and class of ``cifar_core`` says what it takes, gives and raises, in numpydoc's form.

All is read from the source: modules that load Keras are held to it too, and none is loaded for it.
"""

import ast
import doctest
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString

import cifar_core


@dataclass(frozen=True)
class Documented:
    """A public class, function or method: the module it stands in, its parameters (of a class none), its docstring."""

    module: str
    taken: list[str] | None
    text: str

    @property
    def described(self) -> list[str]:
        """Names in its section “Parameters”, in order; ``a, b : int`` describes two."""
        entries = NumpyDocString(self.text)["Parameters"]
        return [word.strip().lstrip("*") for entry in entries for word in entry.name.split(",")]


def documented() -> Iterator[tuple[str, Documented]]:
    root = Path(cifar_core.__file__).parent
    for path in sorted(root.rglob("*.py")):
        module = ".".join(("cifar_core", *path.relative_to(root).with_suffix("").parts))
        module = module.removesuffix(".__init__")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{module}.{node.name}", Documented(module, parameters_of(node), docstring_of(node))
            if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
                continue
            yield f"{module}.{node.name}", Documented(module, None, docstring_of(node))
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    taken = parameters_of(method)
                    if "staticmethod" not in {ast.unparse(decorator) for decorator in method.decorator_list}:
                        del taken[0]  # self or cls
                    text = docstring_of(method)
                    yield f"{module}.{node.name}.{method.name}", Documented(module, taken, text)


def parameters_of(function: ast.FunctionDef) -> list[str]:
    given = function.args
    found = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [parameter.arg for parameter in found if parameter is not None]


def docstring_of(node: ast.FunctionDef | ast.ClassDef) -> str:
    return ast.get_docstring(node) or ""


THINGS = dict(documented())
FUNCTIONS = {name: (thing, thing.taken) for name, thing in THINGS.items() if thing.taken is not None}


@pytest.mark.parametrize("name", THINGS)
def test_a_public_name_says_what_it_is_in_one_sentence(name: str) -> None:
    text = THINGS[name].text
    first_line = text.partition("\n")[0]
    assert first_line, f"{name} has no docstring"
    assert first_line.endswith((".", ":", ";", "?")) or "\n" in text, f"{name}: {first_line!r} is cut off"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_parameters_that_are_described_exist(name: str) -> None:
    thing, taken = FUNCTIONS[name]
    unknown = set(thing.described) - set(taken)
    assert not unknown, f"{name} describes {sorted(unknown)}, which it does not take"


@pytest.mark.parametrize("name", [name for name, (_, taken) in FUNCTIONS.items() if len(taken) > 1])
def test_of_several_parameters_all_are_described(name: str) -> None:
    thing, taken = FUNCTIONS[name]
    assert thing.described == taken, (
        f"{name} takes {taken} and describes {thing.described} under “Parameters”"
    )
    entries = NumpyDocString(thing.text)["Parameters"]
    assert all(entry.type for entry in entries), f"{name} does not say of which type each parameter is"


@pytest.mark.parametrize("name", [name for name, thing in THINGS.items() if ">>>" in thing.text])
def test_examples_give_what_they_say(name: str) -> None:
    thing = THINGS[name]
    known = dict(vars(importlib.import_module(thing.module)))
    said: list[str] = []
    example = doctest.DocTestParser().get_doctest(thing.text, known, name, None, None)
    failed, tried = doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert tried > 0
    assert failed == 0, "".join(said)


def test_there_is_something_to_check() -> None:
    assert len(THINGS) > 600
    assert sum(len(taken) > 1 for _, taken in FUNCTIONS.values()) > 250
