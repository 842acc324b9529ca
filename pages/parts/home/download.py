"""The downloads of the Home page: a button for each official archive that is not there yet."""

from collections.abc import Sequence

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


def _may_download() -> bool:
    user = account.current_user()
    return user is None or user.is_instructor  # It fills the server's disk, and all see the pictures.


def draw_problems(archives: Sequence[Archive]) -> None:
    """Say of each download that has ended without its file why, and what to do, to those who can do it."""
    for archive in archives if _may_download() else ():
        job = download_jobs().get(archive.key)
        snapshot = job.snapshot() if job else None
        if snapshot and snapshot.state in ("cancelled", "failed"):
            st.warning(plain(snapshot.message or ""), icon=":material/error:")


def offer_download(archive: Archive) -> None:
    """Draw a download; while it is under way, look again every second."""
    job = download_jobs().get(archive.key)
    under_way = job is not None and job.snapshot().state == "running"
    st.fragment(_draw, run_every=1 if under_way else None)(archive, under_way)


def _draw(archive: Archive, under_way: bool) -> None:
    """Draw one download: its button, then its progress; how it ended is drawn with the page."""
    account.require_user_still()
    may_download = _may_download()
    job = download_jobs().get(archive.key)
    snapshot = job.snapshot() if job else None
    if job and snapshot and snapshot.state == "running":
        share, sentence = download_progress(snapshot)
        st.progress(share, text=sentence)
        if may_download and st.button("Cancel", icon=":material/close:", key=f"cancel_{archive.key}"):
            job.cancel()
        return
    if job and snapshot and snapshot.state == "finished":
        download_jobs().pop(archive.key, None)
        st.rerun()
    if under_way:
        st.rerun()
    if may_download and st.button(
        download_label(archive), icon=":material/download:", key=f"fetch_{archive.key}"
    ):
        download_jobs()[archive.key] = DownloadJob(archive, session.current_settings())
        st.rerun()
