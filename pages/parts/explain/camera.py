"""A photo from the camera of whoever is at the screen, on Explain: nothing is filmed before it is asked for."""

from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

NEEDS = "A browser gives its camera to pages on https or localhost alone."


def take_photo(switch: DeltaGenerator, place: DeltaGenerator) -> UploadedFile | None:
    """Draw the switch of the camera, and while it is on what it sees; ``None`` until a photo is taken."""
    # Not in the address: whoever is sent one decides about the own camera.
    if not switch.toggle("Camera on", key="camera_on", help=NEEDS):
        return None
    photo: UploadedFile | None = place.camera_input(
        "Your photo", key="photo", width=320, label_visibility="collapsed"
    )
    return photo
