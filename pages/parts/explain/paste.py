"""A picture from the clipboard, by Ctrl+V or a button: handed to the upload, which takes it as it takes a file."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__)
_paste = st.components.v2.component(
    "cifar_lab_paste",
    html='<button type="button" disabled>Paste a picture</button> <span>or Ctrl+V</span><p role="status"></p>',
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
)


def draw_paste(upload: str) -> None:
    """Draw the button.

    Parameters
    ----------
    upload : str
        Key of the file uploader that is to have the picture: its limits count here, too.
    """
    _paste(key=f"paste_{upload}", data={"upload": upload})
