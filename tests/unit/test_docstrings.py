"""Every public function and class of ``cifar_core`` says what it takes, gives and raises, in numpydoc's form.

All is read from the source: modules that load Keras are held to it too, and none is loaded for it.
"""

import ast
import doctest
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString, Parameter

import cifar_core


@dataclass(frozen=True)
class Documented:
    """A public class, function or method: the module it stands in, its parameters (of a class none), its docstring."""

    module: str
    taken: list[str] | None
    text: str

    @cached_property
    def entries(self) -> list[Parameter]:
        """Its section “Parameters”."""
        found: list[Parameter] = NumpyDocString(self.text)["Parameters"]
        return found

    @property
    def described(self) -> list[str]:
        """Names in that section, in order; ``a, b : int`` describes two."""
        return [word.strip().lstrip("*") for entry in self.entries for word in entry.name.split(",")]


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


# A test holds all of them to one thing: pytest takes longer over two thousand tests than these take in all.
def test_a_public_name_says_what_it_is_in_one_sentence() -> None:
    first_lines = {name: thing.text.partition("\n") for name, thing in THINGS.items()}
    assert not [name for name, (line, _, _) in first_lines.items() if not line], "no docstring"
    cut_off = {
        name: line
        for name, (line, more, _) in first_lines.items()
        if not line.endswith((".", ":", ";", "?")) and not more
    }
    assert not cut_off


def test_parameters_that_are_described_exist() -> None:
    unknown = {name: set(thing.described) - set(taken) for name, (thing, taken) in FUNCTIONS.items()}
    assert not {name: words for name, words in unknown.items() if words}, "described, but not taken"


def test_of_several_parameters_all_are_described_with_their_type() -> None:
    several = {name: (thing, taken) for name, (thing, taken) in FUNCTIONS.items() if len(taken) > 1}
    differ = {
        name: (taken, thing.described) for name, (thing, taken) in several.items() if thing.described != taken
    }
    assert not differ, "taken, and described under “Parameters”"
    untyped = [name for name, (thing, _) in several.items() if not all(one.type for one in thing.entries)]
    assert not untyped, "a parameter has no type"


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
