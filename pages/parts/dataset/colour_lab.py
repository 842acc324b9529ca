"""Two sets of pictures and their colours, in RGB, HSV or Lab; a brushed range of a histogram is a picture set."""

import streamlit as st

from cifar_core.charts.selection import drawn_region
from cifar_core.charts.two_histograms import two_histograms_figure
from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.labels import run_labels
from cifar_core.views import colour_lab as views
from cifar_core.views.picture_set import SetOnScreen
from pages.parts.dataset.colour_baseline import draw_colour_baseline
from pages.parts.dataset.controls import choose_split
from pages.parts.frame.address import bound, kept
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.picture_set import put_on, universe_of
from pages.parts.frame.table import table_of
from pages.parts.frame.wall import draw_rows


@st.cache_data(show_spinner=False, max_entries=32)
def _statistics(
    _universe: Universe,
    _side: views.Side,
    fingerprint: str,
    indices: bytes,
    split: SplitName,
    space: views.SpaceName,
) -> views.PixelStatistics:
    return views.side_statistics(_universe, split, _side, space)


def draw_colour_lab(dataset: Dataset, chosen_set: SetOnScreen | None) -> None:
    """Draw the three histograms of the channels, then mean pictures and correlations."""
    universe = universe_of(dataset)
    labels = run_labels(universe.runs)
    first, second, third, fourth = st.columns([2, 3, 3, 3])
    with first:
        split = choose_split()
    names = views.side_options(universe, split, chosen_set, labels)
    options = list(names)
    one = second.selectbox(
        "Pictures", options, format_func=lambda side: names.get(side, side), **kept("lab_one", options, options[0])
    )  # fmt: skip
    against = [views.THE_OTHERS, *options]
    other = third.selectbox(
        "Beside them",
        against,
        format_func=lambda side: names.get(side, side),
        **kept("lab_other", against, views.THE_OTHERS),
    )
    space = fourth.segmented_control(
        "Colour space",
        views.SPACE_NAMES,
        default="RGB",
        required=True,
        **bound("space", views.SPACE_NAMES),
    )
    with st.spinner("Measuring the pictures, once …", show_time=True):
        lab = views.build_lab(universe, split, one, other, space, names)
    st.markdown(lab.sentence)
    st.caption(
        "How to read it: one number of each picture. **Drag across a histogram** to see the pictures of that range "
        "(of the blue side)."
    )
    for column, channel in zip(st.columns(3, gap="medium"), lab.channels, strict=True):
        with column:
            _draw_channel(lab, channel, split)
    _draw_pixels(lab, dataset, split, space)
    draw_colour_baseline(dataset, universe)


def _draw_channel(lab: views.ColourLab, channel: views.Channel, split: SplitName) -> None:
    key = f"lab_{channel.attribute}"

    def brushed() -> None:
        corners = drawn_region(st.session_state[key])
        if corners:
            ends = [x for x, _ in corners]
            put_on(views.brushed_set(lab.sides[0], split, channel.attribute, (min(ends), max(ends))))
            st.session_state["view"] = "Pictures"

    draw_chart(
        two_histograms_figure(
            channel.edges, channel.shares, [side.title for side in lab.sides], channel.title
        ),
        key=key,
        alt=channel.description,
        on_select=brushed,
        selection_mode="box",
    )


def _draw_pixels(lab: views.ColourLab, dataset: Dataset, split: SplitName, space: views.SpaceName) -> None:
    sides = [side for side in lab.sides if len(side.indices)]
    if not sides:
        return
    universe = universe_of(dataset)
    with st.spinner("Adding up the pixels …"):
        statistics = [
            _statistics(universe, side, dataset.fingerprint, side.indices.tobytes(), split, space)
            for side in sides
        ]
    left, right = st.columns([3, 2], gap="large")
    with left:
        draw_rows(
            views.mean_pictures(statistics),
            [f"{what}: {side.title}" for side in sides for what in ("mean", "variation")],
            key="mean_pictures",
            label="Mean pictures, and how far pictures differ from them",
            columns=4,
        )
        st.caption(
            "Mean: each pixel is the mean of all pictures. Variation: the standard deviation around it (root of the "
            "variance), twice as bright; dark is where the pictures agree."
        )
    with right:
        st.dataframe(
            table_of(views.correlation_columns(statistics, sides, space)),
            hide_index=True,
            key="correlations",
            alt="Correlations of the colour channels",
        )
        st.caption(
            f"Correlation of the channels over all pixels (Pearson), of at most {views.MOST:,} pictures a side, as the "
            "pictures on the left. Near 1, two channels say nearly the same."
        )
