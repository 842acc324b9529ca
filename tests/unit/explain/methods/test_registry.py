"""The table of methods: each row says what a page, a document or the explanation process needs of it."""

import re

import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.methods.method import Method
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS, WITHOUT_MAPS, get_method
from cifar_core.settings import PROJECT_ROOT


@pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))
def test_a_method_says_where_it_comes_from(method: Method) -> None:
    assert get_method(method.id) is method
    assert re.search(r"arXiv:\d{4}\.\d{4,5}|doi:10\.\d{4}", method.reference)
    assert method.summary.endswith(".")
    assert method.title in (PROJECT_ROOT / "docs" / "explain.md").read_text(encoding="utf-8")


ARRAYS = [method for method in METHODS.values() if not method.one_by_one]


@pytest.mark.parametrize("method", ARRAYS, ids=[method.id for method in ARRAYS])
def test_a_method_gives_one_finite_map_for_each_picture(method: Method) -> None:
    generator = np.random.default_rng(0)
    given = {
        need: generator.normal(size=(3, 4, 5, 6)).astype(np.float32) for need in ("features", "gradients")
    }
    maps = method.evidence(*(given[need] for need in method.needs))
    assert maps.shape == (3, 4, 5)
    assert maps.dtype == np.float32
    assert np.isfinite(maps).all()
    # One picture's map does not depend on those beside it.
    alone = method.evidence(*(given[need][:1] for need in method.needs))
    assert np.allclose(alone[0], maps[0], atol=1e-5)


def test_where_its_cells_lie_follows_from_what_it_needs() -> None:
    assert not METHODS["gradcam"].at_pixels
    assert not METHODS["gradcam"].one_by_one
    assert METHODS["occlusion"].at_pixels
    assert METHODS["occlusion"].one_by_one
    assert not METHODS["occlusion"].at_layer
    assert METHODS["gradcam"].at_layer
    for method in METHODS.values():
        assert method.at_layer + method.at_patches + method.at_pixels == 1
    assert [one.id for one in METHODS.values() if one.at_patches] == ["rollout", "attention-relevance"]
    assert METHODS[WITHOUT_MAPS].at_pixels


def test_the_default_stands_in_the_table() -> None:
    assert DEFAULT_METHOD in METHODS


def test_an_unknown_method_is_a_sentence() -> None:
    with pytest.raises(ExplainError, match=r"no method “tarot”\. Choose one of: gradcam"):
        get_method("tarot")
