"""The downloads of the Home page: a button for each official archive that is not there yet."""

import streamlit as st

from cifar_core.data.download import DownloadJob
from cifar_core.data.known import Archive
from cifar_core.views.home import download_label, download_progress
from cifar_core.words.markdown import plain
from pages.parts.frame import account, session


@st.cache_resource
def download_jobs() -> dict[str, DownloadJob]:
    """Return the server's downloads: they go on when a tab is closed."""
    return {}


def offer_download(archive: Archive) -> None:
    """Draw a download; while it is under way, look again every second."""
    st.fragment(_draw, run_every=1 if archive.key in download_jobs() else None)(archive)


def _draw(archive: Archive) -> None:
    """Draw one download: its button, then its progress, then how it ended."""
    account.require_user_still()
    user = account.current_user()
    may_download = user is None or user.is_instructor  # It fills the server's disk, and all see the pictures.
    job = download_jobs().get(archive.key)
    snapshot = job.snapshot() if job else None
    if job and snapshot and snapshot.state == "finished":
        del download_jobs()[archive.key]
        st.rerun()
    if job and snapshot and snapshot.state == "running":
        share, sentence = download_progress(snapshot)
        st.progress(share, text=sentence)
        if may_download and st.button("Cancel", icon=":material/close:", key=f"cancel_{archive.key}"):
            job.cancel()
        return
    if snapshot:
        st.warning(plain(snapshot.message), icon=":material/error:")
    if may_download and st.button(
        download_label(archive), icon=":material/download:", key=f"download_{archive.key}"
    ):
        download_jobs()[archive.key] = DownloadJob(archive, session.current_settings())
        st.rerun()
