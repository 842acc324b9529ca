"""Classes are named, some of many."""

from cifar_core.words.classes import untested_sentence


def test_classes_without_test_pictures_are_named() -> None:
    assert untested_sentence(["ant", "bee", "cat"], [3, 1, 2]) is None
    assert (
        untested_sentence(["ant", "bee", "cat"], [3, 0, 2])
        == "There is no test picture of bee: how well it is recognised cannot be known."
    )
    assert (
        untested_sentence(["ant", "bee", "cat"], [0, 0, 2])
        == "There is no test picture of ant and bee: how well they are recognised cannot be known."
    )
    assert "a, b, c, d, e and 15 more" in (untested_sentence("abcdefghijklmnopqrst", [0] * 20) or "")
