"""Data set: the pictures themselves, how many there are, and their colours."""

import streamlit as st

from cifar_core.errors import DataError
from cifar_core.views import dataset as views
from cifar_core.words.markdown import plain
from pages.parts.dataset.check import draw_check
from pages.parts.dataset.colour_lab import draw_colour_lab
from pages.parts.dataset.colours import draw_colours
from pages.parts.dataset.counts import draw_counts
from pages.parts.dataset.of_set import draw_set_colours, draw_set_counts, draw_set_pictures
from pages.parts.dataset.picture_map import draw_map
from pages.parts.dataset.pictures import draw_pictures
from pages.parts.dataset.report import draw_report
from pages.parts.dataset.two_classes import draw_two_classes
from pages.parts.frame.address import bound
from pages.parts.frame.picture_set import draw_set
from pages.parts.frame.problem import draw_problem
from pages.parts.frame.router import hand_over
from pages.parts.frame.session import current_dataset

PICTURES, COLOURS, TWO, COUNTS = "Pictures", "Colours", "Two classes", "Counts"
LAB, MAP, CHECK = "Colour lab", "Map", "Check"
VIEWS = [PICTURES, COLOURS, TWO, COUNTS, LAB, MAP, CHECK]


hand_over()
try:
    dataset = current_dataset()
except DataError as problem:
    st.title("Data set", anchor=False)
    draw_problem(problem)
    st.stop()
facts = views.build_facts(dataset)
st.title(plain(dataset.name), anchor=False)
with st.container(key="facts"):
    for column, (label, value) in zip(st.columns(len(facts.metrics)), facts.metrics, strict=True):
        column.metric(label, value)
draw_report(dataset.report)
with st.container():  # a place of its own: what stands below keeps its place, and is not drawn anew
    chosen_set = draw_set("dataset", dataset)
shown = st.segmented_control(
    "Show",
    VIEWS,
    default=PICTURES,
    required=True,
    **bound("view", VIEWS),
    label_visibility="collapsed",
)
if shown == MAP:
    draw_map(dataset, chosen_set)
elif shown == LAB:
    draw_colour_lab(dataset, chosen_set)
elif shown == CHECK:
    draw_check(dataset)
elif chosen_set is not None and shown != TWO:
    {PICTURES: draw_set_pictures, COLOURS: draw_set_colours, COUNTS: draw_set_counts}[shown](
        dataset, chosen_set
    )
elif shown == COUNTS:
    draw_counts(dataset, facts)
else:
    {PICTURES: draw_pictures, COLOURS: draw_colours, TWO: draw_two_classes}[shown](dataset)
