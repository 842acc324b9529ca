"""The network in its dialog on the Train page."""

import pytest

from tests.open_page import open_page


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")


def test_the_network_is_drawn_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    from cifar_core.views.train.network import ArchitectureView, build_architecture

    def build(model_id: str, classes: int) -> ArchitectureView:
        built.append(model_id)
        return build_architecture(model_id, classes)

    monkeypatch.setattr("pages.parts.train.network.build_architecture", build)
    app = open_page("train")
    assert built == []
    app.selectbox(key="train_model").set_value("resnet18").run()
    app.button(key="show_network").click().run()
    assert not app.exception
    assert built == ["resnet18"]
    assert any("**11,183,562 parameters** with 10 classes" in one.value for one in app.markdown)
    assert "network" in [chart.key for chart in app.get("plotly_chart")]
    table = app.dataframe[-1].value
    assert len(table) == 69
    assert table["parameters"].sum() == 11_183_562
    # The page is drawn anew while it is open, as when a run begins: it stays, and closes by its cross or by Back.
    assert app.query_params["network"] == "resnet18"
    app.run()
    assert "network" in [chart.key for chart in app.get("plotly_chart")]
    del app.query_params["network"]
    app.run()
    assert "network" not in [chart.key for chart in app.get("plotly_chart")]


def test_a_network_that_is_not_there_is_named() -> None:
    app = open_page("train", network="resnet-999")
    assert [one.value for one in app.warning] == ["There is no network “resnet-999”."]
    assert "network" not in [chart.key for chart in app.get("plotly_chart")]
