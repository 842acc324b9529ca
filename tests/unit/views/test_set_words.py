"""What is said of a picture set."""

import pytest

from cifar_core.picture_sets.functions import FUNCTIONS
from cifar_core.views.set_words import set_words

LABELS = {"2026-a": "resnet20", "2026-b": "speedrun"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("class(cat)", "pictures of cat"),
        ('class("polar bear")', "pictures of polar bear"),
        ("cell(2026-a, cat, dog)", "pictures of cat taken for dog by resnet20"),
        ("wrong(2026-a) and class(cat)", "pictures of cat that resnet20 got wrong"),
        ("flips(2026-a, 2026-b)", "pictures that resnet20 got right and speedrun wrong"),
        ("all_wrong(2026-a, 2026-b)", "pictures that resnet20 and speedrun all got wrong"),
        ("only(2026-a, 2026-b, gone)", "pictures that resnet20 got right and speedrun and gone wrong"),
        ("not right(2026-a)", "pictures other than those that resnet20 got right"),
        ("not (class(dog) or right(2026-a))", "pictures other than those of dog or that resnet20 got right"),
        ("not not class(dog)", "pictures of dog"),
        (
            "wrong(2026-a) and class(cat) and not class(dog)",
            "pictures of cat that resnet20 got wrong, but not those of dog",
        ),
        (
            "not class(dog) and class(cat) and not (hue(..9) and blue(..1))",
            "pictures of cat, but not those of dog or (with hue up to 9 and with blue up to 1)",
        ),
        ("not class(dog) and not class(cat)", "pictures other than those of dog or of cat"),
        ("not class(dog) or class(cat)", "pictures (other than those of dog) or of cat"),
        (
            "mean_blue(2..) and green_red(..3)",
            "pictures with mean blue 2 and more and with green to red (a) up to 3",
        ),
        (
            "brightness(..40) or brightness(200..)",
            "pictures with brightness up to 40 or with brightness 200 and more",
        ),
        (
            "class(cat) and (wrong(2026-a) or right(2026-b))",
            "pictures of cat (that resnet20 got wrong or that speedrun got right)",
        ),
        ("confidence(2026-a, 0.9..1)", "pictures of which resnet20 was sure (0.9 to 1)"),
        (
            "class(cat) and (said(2026-a, dog) or said(2026-b, dog))",
            "pictures of cat taken for dog by resnet20 or speedrun",
        ),
        ("wrong(2026-a) or wrong(2026-b)", "pictures that resnet20 or speedrun got wrong"),
        (
            "said(2026-a, dog) or said(2026-b, cat)",
            "pictures taken for dog by resnet20 or taken for cat by speedrun",
        ),
        # A cell of the difference matrix, narrowed: that the two differ follows.
        (
            "(class(cat) and disagree(2026-b, 2026-a) and (said(2026-a, cat) or said(2026-b, cat)))"
            " and only(2026-a, 2026-b)",
            "pictures of cat taken for cat by resnet20 or speedrun and that resnet20 got right and speedrun wrong",
        ),
        (
            "disagree(2026-a, gone) and flips(2026-a, 2026-b)",
            "pictures that resnet20 and gone did not call the same and that resnet20 got right and speedrun wrong",
        ),
        ("near_duplicate_count(1..)", "pictures with 1 and more near-duplicates"),
        ("class(cat) and near_duplicate_count(0)", "pictures of cat with 0 near-duplicates"),
        ("near(test:17, 20)", "pictures most like test picture 17"),
        (
            "near(test:17, 20, train, 2026-a)",
            "pictures most like test picture 17 by the features of resnet20",
        ),
        ("doubt(2026-a, 2026-b, 100)", "pictures with the labels most doubted by resnet20 and speedrun"),
        (
            "sort(wrong(2026-a), loss(2026-a), down)",
            "pictures that resnet20 got wrong, highest first by the loss of resnet20",
        ),
        ("sort(class(cat), mean_value)", "pictures of cat, lowest first by mean value"),
        ("sort(class(cat), hue)", "pictures of cat, lowest first by hue"),
        ("first(5, sort(class(cat), hue, up))", "the first 5 pictures of cat, lowest first by hue"),
        ("first(5, class(cat)) and class(dog)", "pictures of dog among the first 5 pictures of cat"),
        ("saved(mine)", "pictures of the saved set “mine”"),
        (
            "class(cat) and lasso(pca:test, 1 1, 2 2, 3 1)",
            "pictures of cat in a region of the PCA map of test pictures by pixels",
        ),
        ("list(test:1, train:2)", "pictures chosen by hand"),
    ],
)
def test_what_a_set_is_called(text: str, words: str) -> None:
    assert set_words(text, LABELS) == words


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_words(name: str) -> None:
    examples = {
        "run": "2026-a",
        "epochs": "2026-a",
        "class": "cat",
        "range": "0.5..1",
        "number": "3",
        "picture": "test:1",
        "set": "class(dog)",
    }
    examples |= {"measure": "hue", "name": "mine", "split": "test", "direction": "down"}
    examples |= {"map": "tsne:test:2026-a@3f2a", "point": "120 340"}
    function = FUNCTIONS[name]
    words = set_words(f"{name}({', '.join(examples[kind] for kind in function.parts)})", LABELS)
    assert "{" not in words
    assert ("resnet20" in words) == bool({"run", "map", "epochs"} & set(function.parts))
