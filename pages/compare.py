"""Compare: which model is better, at what, and the very pictures behind each number."""

import streamlit as st

from cifar_core.views.compare.lines import list_lines
from cifar_core.views.compare.on_set import view_on_set
from cifar_core.views.compare.over_epochs import offered_over_epochs, runs_over_epochs
from cifar_core.views.compare.page import build_compare, choose_runs
from cifar_core.views.compare.repeats import list_groups
from cifar_core.views.compare.table import list_rows
from cifar_core.words.markdown import plain
from pages.parts.compare import table
from pages.parts.compare.classes import draw_classes
from pages.parts.compare.confidence import draw_confidence
from pages.parts.compare.cost import draw_cost
from pages.parts.compare.curves import draw_curves
from pages.parts.compare.edit import draw_edit
from pages.parts.compare.import_model import draw_import, draw_notes
from pages.parts.compare.labels import draw_labels
from pages.parts.compare.matrices_tab import draw_matrices_tab
from pages.parts.compare.on_set import draw_figures, draw_map_links, draw_telling_sets
from pages.parts.compare.over_epochs import draw_over_epochs
from pages.parts.compare.report import draw_report
from pages.parts.compare.robustness import draw_robustness
from pages.parts.compare.saved_slices import draw_saved_slices
from pages.parts.compare.slices import draw_slices
from pages.parts.compare.unknown import draw_unknown
from pages.parts.compare.verdict import draw_verdict
from pages.parts.frame.address import bound
from pages.parts.frame.come_into_view import come_into_view
from pages.parts.frame.pages import PAGES
from pages.parts.frame.picture_set import draw_set
from pages.parts.frame.router import hand_over
from pages.parts.frame.session import current_dataset, run_store

MATRICES, CURVES, CLASSES, CONFIDENCE, SLICES = "matrices", "curves", "classes", "confidence", "slices"
EPOCHS, LABELS, COST, ROBUSTNESS = "epochs", "labels", "cost", "robustness"
SHOWN = [MATRICES, CURVES, EPOCHS, CLASSES, CONFIDENCE, SLICES, LABELS, COST, ROBUSTNESS]


hand_over()
# What is chosen stands beside the title: beneath it the answer and its charts begin on a laptop's first screen.
head = st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="head")
# Before the data set is opened: where there is none, the page still has its name.
head.title("Compare", anchor=False, width="content")
dataset = current_dataset()
every = list_rows(run_store().list(), dataset)
if not every:
    st.info(
        "There is no run yet. Train a model first; a small one takes a minute.", icon=":material/compare:"
    )
    st.page_link(PAGES["train"].file, label="Train a model", icon=PAGES["train"].icon)
    draw_import(dataset)
    st.stop()

# Parts have places of their own: a chart that changes its place is drawn anew, and the page jumps.
with st.container():
    chosen_set = draw_set("compare", dataset)
top, said, all_data = st.container(), st.container(), table.shows_all_data()
# Another data set chosen while the page is open: show its runs. An address just opened keeps the runs it names.
if "chosen" in st.session_state and st.session_state.get("compared_on") != dataset.fingerprint:
    for name in ("runs", "cell", "of"):
        st.query_params.pop(name, None)
st.session_state["compared_on"] = dataset.fingerprint
asked = st.query_params.get_all("runs")
groups = list_groups(every)
choice = choose_runs(every, [run_id for run_id in asked if run_id] if asked else None, groups)
if choice.ids and not asked:  # Which runs are the best differs from machine to machine.
    st.query_params["runs"] = choice.ids
rows = [row for row in every if all_data or row.same_data or row.id in choice.ids]
groups = tuple(group for group in groups if all_data or group.same_data or group.id in choice.ids)
if not rows:
    with head:
        table.offer_all_data()
    st.info(
        f"There is no run on {plain(dataset.name)} yet. Train one, or switch on *Other data sets too*.",
        icon=":material/compare:",
    )
    st.page_link(PAGES["train"].file, label="Train a model", icon=PAGES["train"].icon)
    draw_import(dataset)
    st.stop()
st.session_state["chosen"] = list(choice.ids)
lines = list_lines(rows, groups)
if "show" not in st.session_state:  # the page was just opened
    st.session_state.pop("gone_to", None)
gone_to, imported = st.session_state.get("gone_to"), st.session_state.get("imported")
if imported in choice.ids and not (gone_to or st.query_params.get("cell")):
    with top:
        come_into_view(f"import of {imported}")
with top:
    listed = table.draw_table(lines, choice.ids, head, others=not all(row.same_data for row in every))
with head:
    draw_edit(run_store(), [line for line in lines if line.id in choice.ids])
view = build_compare(every, choice.ids, groups=groups)
if chosen_set is not None:
    view = view_on_set(view, chosen_set)
with head:
    draw_report(view, choice.ids, listed, chosen_set, dataset)
for row in rows:
    if row.run.record is None:
        top.caption(f":material/broken_image: {plain(row.missing or row.id)}")
with said:
    for note in choice.notes:
        st.warning(plain(note), icon=":material/link_off:")
    draw_notes([row for row in every if row.id in choice.ids])
if not choice.ids:
    st.info("Tick one run or more to see their matrices, curves and classes.", icon=":material/touch_app:")
    draw_import(dataset, lines)
    st.stop()
with said:
    if chosen_set is not None:
        draw_figures(view)
    if view.verdict:
        draw_verdict(view.verdict)
    seen = st.session_state.get("show", MATRICES)
    if st.query_params.get("cell") and seen == MATRICES:
        come_into_view(f"{st.query_params['cell']} of {st.query_params.get('of', '')}")
    elif gone_to == seen:
        come_into_view(f"{seen} of these runs")
bar = st.container(horizontal=True, vertical_alignment="center", key="bar")
show = bar.segmented_control(
    "Show",
    SHOWN,
    default=MATRICES,
    required=True,
    format_func=str.capitalize,
    **bound("show", SHOWN, str.capitalize),
    on_change=lambda: st.session_state.update(gone_to=st.session_state["show"]),
    label_visibility="collapsed",
)
with st.container():
    for problem in view.problems if show not in (CURVES, EPOCHS) else ():
        st.info(plain(problem), icon=":material/info:")

if show == CURVES:
    draw_curves(view, rows, groups)
elif show == CLASSES:
    draw_classes(view, chosen_set, dataset)
elif show == CONFIDENCE:
    draw_confidence(view, dataset)
elif show == EPOCHS:
    kept_epochs = runs_over_epochs(every, choice.ids, view.compared)
    draw_over_epochs(kept_epochs, offered_over_epochs(every), chosen_set, dataset)
elif show == COST:
    draw_cost(lines, choice.ids)
elif show == ROBUSTNESS:
    draw_robustness(view, dataset)
    draw_unknown(view)
elif show == SLICES:
    draw_slices(view, chosen_set, dataset)
    draw_saved_slices(view, dataset)
elif show == LABELS:
    draw_labels(view, dataset)
elif view.compared:
    draw_matrices_tab(view, bar, chosen_set, dataset)
draw_telling_sets(view, chosen_set, dataset)
draw_map_links(view, chosen_set, dataset)
draw_import(dataset, lines)
