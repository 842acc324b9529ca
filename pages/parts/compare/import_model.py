"""The part of the Compare page that makes a run of somebody's own Keras model."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.imports.model import import_model
from cifar_core.views.compare.lines import Line, best_beside
from cifar_core.views.compare.table import RunRow
from cifar_core.views.imported import imported_note, imported_warning
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from cifar_core.words.sentences import capitalized
from pages.parts.frame.part import draw_part
from pages.parts.frame.session import current_settings, run_store

MOST_MEGABYTES = 200


def draw_import(dataset: Dataset, lines: Sequence[Line] = ()) -> None:
    """Draw the choice of a file and import it when asked; the run is then compared with the best of ``lines``."""
    part = draw_part("Import a model of your own", key="import_part", icon=":material/upload_file:")
    if part is None:
        return
    with part:
        st.caption(
            "A whole Keras model as `model.save(…)` writes it. It must take colour pictures of 32 × 32 pixels and know "
            f"the {counted(len(dataset.class_names), 'class')} of {plain(dataset.name)} in their order. How it "
            "wants its pixels scaled is found by trying."
        )
        chooser, naming, start = st.columns([3, 2, 1], vertical_alignment="bottom")
        file = chooser.file_uploader(
            "Keras model", type=["keras", "h5", "hdf5"], key="import_file", max_upload_size=MOST_MEGABYTES
        )
        name = naming.text_input("Name", key="import_name", max_chars=80, placeholder="as the file is called")
        pressed = start.button(
            "Import", key="import_start", type="primary", disabled=file is None, width="stretch"
        )
        if not pressed or file is None:
            return
        with (
            st.status("Starting …") as status,
            tempfile.TemporaryDirectory(prefix="cifar-lab-", ignore_cleanup_errors=True) as folder,
        ):
            copy = Path(folder) / "model"
            copy.write_bytes(file.getbuffer())
            try:
                run = import_model(
                    copy,
                    run_store(),
                    current_settings(),
                    name=name.strip() or None,
                    data=dataset.key,
                    file_name=file.name,
                    report=lambda stage: status.update(label=f"{capitalized(stage)} …"),
                )
            except CifarLabError as problem:
                status.update(label="Not imported", state="error", expanded=True)
                st.write(plain(str(problem)))
                return
        # Two runs, so that the verdict is about this one; Back has the others ticked again.
        other = best_beside(lines, st.session_state.get("chosen", []))
        st.query_params.update(runs=[*([other] if other else []), run.id], cell=[], of=[])
        st.session_state["imported"] = run.id
        st.rerun()


def draw_notes(rows: list[RunRow]) -> None:
    """Draw, for the chosen runs that were not trained here, what their figures are worth."""
    for row in rows:
        imported = row.run.record.imported if row.run.record else None
        if imported is None:
            continue
        warning = imported_warning(imported)
        if warning:
            st.warning(f"**{plain(row.label)}**: {warning}", icon=":material/rule:")
        st.caption(f":material/upload_file: **{plain(row.label)}**: {imported_note(imported)}")
