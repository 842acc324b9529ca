"""What is downloaded has a name that every system takes."""

import pytest

from cifar_core.words.file_name import file_stem


@pytest.mark.parametrize(
    ("words", "stem"),
    [
        ("Confusion matrix of resnet20 · 91.5%", "Confusion_matrix_of_resnet20_91.5"),
        ("../../etc/passwd", "etc_passwd"),
        ("a\\b:c*d?e|f<g>", "a_b_c_d_e_f_g"),
        ("猫", "猫"),
        ("", "download"),
        ("…", "download"),
        (".hidden", "hidden"),
    ],
)
def test_names(words: str, stem: str) -> None:
    assert file_stem(words) == stem


def test_a_long_one_is_cut() -> None:
    assert len(file_stem("x" * 5000)) <= 100
