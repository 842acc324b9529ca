"""The training pictures that are most like the one that is explained."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.runs.run import Run
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.subject import Subject
from pages.parts.explain.controls import DATA_SET
from pages.parts.frame.alike import draw_alike
from pages.parts.frame.links import show_training_picture


def draw_alike_subject(subject: Subject, model: ModelChoice, runs: Sequence[Run], dataset: Dataset) -> None:
    """Draw the row beneath the answer."""
    run = next((run for run in runs if run.id == model.run_id), None)
    is_training = st.session_state["source"] == DATA_SET and st.session_state["split"] == "train"
    own = int(st.session_state["index"]) if is_training else None
    draw_alike(np.asarray(subject.seen.pixels), dataset, run, own, on_pick=show_training_picture)
