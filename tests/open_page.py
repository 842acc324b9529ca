"""Opening a page of the dashboard in Streamlit's AppTest."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parents[1] / "app.py")


def open_page(name: str, **url: str | list[str]) -> AppTest:
    """Start at Home and go to a page, with these values in the address; nothing may have been raised."""
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.switch_page(f"pages/{name}.py")
    for parameter, value in url.items():
        app.query_params[parameter] = value
    app.run()
    assert not app.exception
    return app
