"""The pictures in README and docs: ``make screenshots``. Made on the drawn sample and the runs that ship."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pages.parts.frame.pages import PAGES
from tests.dashboard import ROOT, chromium, running_dashboard, wait_until_drawn

TARGET = ROOT / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 800}


def main() -> None:
    """Take one picture of each page, light, and one of Compare, dark."""
    TARGET.mkdir(exist_ok=True)
    shots = [(name, "light") for name in PAGES] + [("compare", "dark")]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_dashboard(Path(folder), {"CIFAR_LAB_DATA": "drawn"}) as url,
        chromium() as browser,
    ):
        for name, scheme in shots:
            path, title = PAGES[name].url_path, PAGES[name].title
            page = browser.new_page(viewport=SIZE, color_scheme=scheme)
            page.goto(f"{url}/{path}")
            wait_until_drawn(page, title, seconds=120)
            page.wait_for_timeout(8000)  # curves grow in, fonts settle
            file = TARGET / f"{name}-{scheme}.png"
            page.screenshot(path=file)
            print(file.relative_to(ROOT))
            page.close()


if __name__ == "__main__":
    main()
