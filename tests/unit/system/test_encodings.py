"""Text is read and written in UTF-8 on every system: Windows' own code page knows few characters."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NO_TEXT = ("os.open", "Image.open", "tarfile.open", "archive.open")


def calls_without_encoding(source: str) -> Iterator[str]:
    """Yield the calls that read or write text in whatever the system takes for its own."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        named = {keyword.arg for keyword in node.keywords}
        inner = [one for argument in (*node.args, *node.keywords) for one in ast.walk(argument)]
        words = [one.value for one in inner if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        binary = any("b" in word and set(word) <= set("rwxab+") for word in words)
        whole = ast.unparse(node.func)
        name = whole.split(".")[-1]
        of_files = name in ("read_text", "write_text") or (name in ("open", "fdopen") and not binary)
        of_processes = name in ("Popen", "run", "check_output", "start_detached") and "text" in named
        if (of_files or of_processes) and "encoding" not in named and whole not in NO_TEXT:
            yield ast.unparse(node)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("path.read_text()", ["path.read_text()"]),
        ('path.read_text(encoding="utf-8")', []),
        ('path.open("w")', ["path.open('w')"]),
        ('path.open("rb")', []),
        ('path.open("ab" if there else "wb")', []),
        ("subprocess.run(command, text=True)", ["subprocess.run(command, text=True)"]),
        ('subprocess.run(command, encoding="utf-8")', []),
    ],
)
def test_finds_them(source: str, found: list[str]) -> None:
    assert list(calls_without_encoding(source)) == found


def test_the_program_names_its_encoding() -> None:
    files = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "cifar_core").rglob("*.py")]
    found = {
        str(path.relative_to(ROOT)): calls
        for path in files
        if (calls := list(calls_without_encoding(path.read_text(encoding="utf-8"))))
    }
    assert not found
