"""Maps on the command line."""

import json

import pytest

from cifar_core.commands.main import main
from cifar_core.settings import Settings


def test_compute(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(settings.cache_dir))
    before = ["--data", "drawn:80", "--runs", str(settings.runs_dir)]
    assert main([*before, "maps", "compute", "pca:train"]) == 0
    assert capsys.readouterr().out == "pca:train: 80 pictures\n"
    assert main([*before, "maps", "compute", "pca:test", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"map": "pca:test", "pictures": 20}
    assert main([*before, "maps", "compute", "umap:test"]) == 2
    assert "“umap:test” is no map. Write one such as tsne:test." in capsys.readouterr().err
    assert main([*before, "sets", "count", "lasso(pca:test, -9 -9, 2000 -9, 2000 2000, -9 2000)"]) == 0
    assert capsys.readouterr().out == "20\n"
