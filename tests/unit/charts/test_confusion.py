import numpy as np

from cifar_core.charts.confusion import cell_of, confusion_figure
from cifar_core.charts.curves import accuracy_figure, loss_figure
from cifar_core.charts.per_class import measure_figure, misclassified_figure, predicted_figure
from cifar_core.evaluation.class_order import ClassOrder
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.evaluation.per_class import PerClass
from cifar_core.evaluation.predictions import Predictions
from cifar_core.labels import CIFAR10_CLASSES
from cifar_core.runs.metrics import EpochMetrics
from tests.fake_runs import predictions_of


def small() -> ConfusionMatrix:
    # Class 0: 3 right, 1 taken for 1. Class 1: 2 right, 2 taken for 2. Class 2: 1 right.
    return ConfusionMatrix.from_predictions(
        predictions_of([0, 0, 0, 0, 1, 1, 1, 1, 2], [0, 0, 0, 1, 1, 1, 2, 2, 2], 3)
    )


NAMES = ("cat", "dog", "a very long class name")


def test_a_matrix_has_room_for_its_names_from_the_beginning() -> None:
    """With less Plotly measures them, moves the axes and draws all once more; a browser wanted 107 and 95 for these."""
    labels = np.arange(10).tolist()
    matrix = ConfusionMatrix.from_predictions(predictions_of(labels, labels, 10))
    margin = confusion_figure(matrix, CIFAR10_CLASSES).layout.margin
    assert (margin.l, margin.b, margin.r) == (108, 96, 4)
    wider = confusion_figure(small(), NAMES).layout.margin  # “a very long c…” is cut off
    assert wider.l > 108 + 10
    assert wider.b > 96 + 7


def test_right_and_wrong_have_scales_of_their_own() -> None:
    right, wrong, _ = confusion_figure(small(), NAMES).data
    np.testing.assert_allclose(np.square(np.diagonal(right.z)), [3 / 4, 2 / 4, 1 / 4])
    assert np.isnan(right.z[0][1])
    np.testing.assert_allclose(np.square([wrong.z[0][1], wrong.z[1][2]]), [1 / 2, 1])
    assert np.isnan(wrong.z[2][0])  # an empty cell shows the page


def test_two_matrices_can_share_a_scale() -> None:
    wrong = confusion_figure(small(), NAMES, largest_mistake=8).data[1]
    np.testing.assert_allclose(wrong.z[1][2] ** 2, 2 / 8)
    share = confusion_figure(small(), NAMES, largest_mistake=0.5, by_true_class=True).data[1]
    np.testing.assert_allclose(np.square([share.z[0][1], share.z[1][2]]), [0.5, 1])


def test_the_numbers_in_the_cells() -> None:
    right, wrong, _ = confusion_figure(small(), NAMES).data
    assert right.text[0][0] == "3"
    assert wrong.text[1][2] == "2"
    assert wrong.text[2][0] == ""
    right, wrong, _ = confusion_figure(small(), NAMES, by_true_class=True).data
    assert right.text[0][0] == "75"
    assert wrong.text[1][2] == "50"


def test_every_cell_can_be_clicked_and_says_what_it_is() -> None:
    targets = confusion_figure(small(), NAMES).data[2]
    assert len(targets.customdata) == 9
    for (index,), x, y in zip(targets.customdata, targets.x, targets.y, strict=True):
        assert cell_of(index, 3) == (y, x)
    assert targets.text[1] == "<b>cat</b> taken for dog<br>1 picture, 25.0% of all cat<br>Click to see it"
    assert targets.text[0].startswith("<b>cat</b> recognised<br>3 pictures")
    assert targets.marker.opacity == targets.unselected.marker.opacity == 0
    assert all(trace.hoverinfo == "skip" for trace in confusion_figure(small(), NAMES).data[:2])


def test_the_open_cell_has_a_frame() -> None:
    (frame,) = confusion_figure(small(), NAMES, selected=(1, 2)).layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (1.5, 2.5, 0.5, 1.5)


def test_a_hundred_classes_have_no_numbers_and_only_cells_with_pictures() -> None:
    rng = np.random.default_rng(0)
    predictions = Predictions(
        rng.normal(size=(900, 100)).astype(np.float32), rng.integers(0, 100, 900), np.arange(900)
    )
    matrix = ConfusionMatrix.from_predictions(predictions)
    figure = confusion_figure(matrix, [f"class {k}" for k in range(100)])
    assert figure.data[0].text is None
    assert len(figure.data[2].x) == np.count_nonzero(matrix.counts)
    assert len(figure.layout.xaxis.tickvals) <= 25


def test_axes_are_named() -> None:
    layout = confusion_figure(small(), NAMES, title="A").layout
    assert layout.xaxis.title.text == "predicted class"
    assert layout.yaxis.title.text == "true class"
    assert layout.yaxis.range[0] > layout.yaxis.range[1]  # the first class on top
    assert layout.xaxis.ticktext[2] == "a very long c…"
    assert layout.title.text == "A"


def test_a_matrix_without_mistakes() -> None:
    perfect = ConfusionMatrix.from_predictions(predictions_of([0, 1], [0, 1], 2))
    wrong = confusion_figure(perfect, ("a", "b")).data[1]
    assert np.isnan(np.asarray(wrong.z, float)).all()


def test_curves_training_dashed_validation_solid_one_colour_per_run() -> None:
    epochs = [EpochMetrics(k, 1 / k, 0.5, 1.5 / k, 0.25 * k, 1e-3, 100.0, 1.0) for k in (1, 2, 3)]
    figure = accuracy_figure({"A": epochs, "B": epochs[:1]})
    a_val, a_train, b_val, _ = figure.data
    assert (a_val.line.dash, a_train.line.dash) == ("solid", "dash")
    assert a_val.line.color == a_train.line.color != b_val.line.color
    np.testing.assert_allclose(a_val.y, [25, 50, 75])
    assert list(a_val.x) == [1, 2, 3]
    assert "markers" in b_val.mode  # one epoch is no line
    assert figure.layout.yaxis.title.text == "accuracy (%)"
    np.testing.assert_allclose(loss_figure({"A": epochs}).data[0].y, [1.5, 0.75, 0.5])
    assert not accuracy_figure({}).data


def test_bars_per_class() -> None:
    figures = {"A": PerClass.from_matrix(small())}
    np.testing.assert_allclose(measure_figure(figures, NAMES, "recall").data[0].y, [75, 50, 100])
    np.testing.assert_allclose(measure_figure(figures, NAMES, "precision").data[0].y[1], 200 / 3)
    np.testing.assert_allclose(misclassified_figure(figures, NAMES).data[0].y, [1, 2, 0])
    bars, mark = predicted_figure(figures, NAMES).data
    np.testing.assert_allclose(bars.y, [3, 3, 3])
    np.testing.assert_allclose(mark.y, [4, 4, 1])
    assert measure_figure(figures, NAMES, "f1").layout.yaxis.title.text == "F1 (%)"
    assert not predicted_figure({}, NAMES).data


def test_in_another_order_cells_keep_their_numbers() -> None:
    plain, ordered = (
        confusion_figure(small(), NAMES),
        confusion_figure(small(), NAMES, order=ClassOrder((2, 0, 1)), selected=(1, 2)),
    )
    assert ordered.layout.yaxis.ticktext == ("a very long c…", "cat", "dog")
    assert [list(row) for row in ordered.data[0].text] == [["1", "", ""], ["", "3", ""], ["", "", "2"]]
    assert ordered.data[1].text[2][0] == "2"  # dogs taken for the class with the long name
    places = {
        number: (x, y)
        for (number,), x, y in zip(
            ordered.data[2].customdata, ordered.data[2].x, ordered.data[2].y, strict=True
        )
    }
    assert places[cell_number := 1 * 3 + 2] == (0, 2)
    assert plain.data[2].text[cell_number] == ordered.data[2].text[cell_number]
    (frame,) = ordered.layout.shapes
    assert (frame.x0, frame.y0) == (-0.5, 1.5)


def test_groups_are_named_and_parted_and_the_matrix_is_square_and_can_be_zoomed() -> None:
    names = [f"class {k}" for k in range(30)]
    matrix = ConfusionMatrix.from_predictions(predictions_of([0, 1], [0, 0], 30))
    order = ClassOrder(tuple(range(29, -1, -1)), (("five", 5), ("a group with quite a long name", 25)))
    figure = confusion_figure(matrix, names, order=order)
    assert figure.layout.xaxis.tickvals == (2, 17)
    assert figure.layout.xaxis.ticktext == ("five", "a group with quite a …")
    assert {(line.x0, line.x1) for line in figure.layout.shapes} == {(4.5, 4.5), (-0.5, 29.5)}
    assert (figure.layout.yaxis.scaleanchor, figure.layout.dragmode, figure.layout.xaxis.fixedrange) == (
        "x", "zoom", False,
    )  # fmt: skip
    few = confusion_figure(small(), NAMES).layout
    assert (few.yaxis.scaleanchor, few.dragmode, few.xaxis.fixedrange) == (None, False, True)


def test_an_empty_cell_among_many_says_nothing_and_cannot_be_clicked() -> None:
    matrix = ConfusionMatrix.from_predictions(predictions_of([0, 1], [0, 0], 30))
    clickable, empty = confusion_figure(matrix, [f"class {k}" for k in range(30)]).data[2:]
    assert sorted(zip(clickable.y, clickable.x, strict=True)) == [(0, 0), (1, 0)]
    assert len(empty.x) == 30 * 30 - 2
    assert (empty.mode, empty.hoverinfo, empty.customdata) == ("none", "none", None)
