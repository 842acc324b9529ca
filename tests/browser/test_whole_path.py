"""From the pictures to Grad-CAM as a student walks it, in a real browser, without internet."""

import base64
import contextlib
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

from cifar_core.evaluation.predictions import load_predictions
from cifar_core.labels import CIFAR10_CLASSES
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.store import RunStore
from tests.dashboard import cell_place, running_dashboard, wait_until_drawn
from tests.waiting import wait_until

pytestmark = pytest.mark.browser
SECONDS = 120_000  # milliseconds: a process on a busy machine imports TensorFlow


PASTE = """
content => {
  const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0)), given = new DataTransfer()
  given.items.add(new File([bytes], "plane.png", { type: "image/png" }))
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: given, bubbles: true }))
}
"""


def test_the_first_visitor_of_a_server_sees_the_pages_and_never_their_files(
    browser: Browser, tmp_path: Path
) -> None:
    # A tab without the fixture's checks: its server ends before it does.
    with (
        running_dashboard(tmp_path, {"CIFAR_LAB_DATA": "drawn:80"}, warm=False) as address,
        contextlib.closing(browser.new_page()) as tab,
    ):
        tab.add_init_script("""
            window.seen = new Set()
            new MutationObserver(() => {
                const links = document.querySelectorAll("[data-testid=stSidebarNavLink]")
                links.forEach(link => window.seen.add(link.innerText.trim().split("\\n").at(-1)))
            }).observe(document, {subtree: true, childList: true, characterData: true})
        """)
        tab.goto(address)
        wait_until_drawn(tab, "Home")
        assert tab.evaluate("[...window.seen]") == ["Home", "Data set", "Train", "Compare", "Explain"]


@pytest.fixture(scope="module")
def finished(server_folder: Path) -> RunPaths:
    """Return the run that the first test of the path trained."""
    runs = RunStore(server_folder / "runs").list()
    assert len(runs) == 1
    return runs[0].paths


def choose(page: Page, label: str, option: str | re.Pattern[str]) -> None:
    page.get_by_role("combobox", name=re.compile(label)).first.click()
    page.get_by_role("option", name=option).click()


def click_cell(page: Page, matrix: Locator, true: int, predicted: int, url: re.Pattern[str]) -> None:
    """Click a cell of a matrix until the address changes: a page still being laid out moves it away."""

    def clicked() -> bool:
        if url.search(page.url):
            return True
        with contextlib.suppress(PlaywrightError):  # also: the matrix was drawn anew under our hands
            page.mouse.click(*cell_place(matrix, true, predicted))
            page.wait_for_url(url, timeout=5000)
        return url.search(page.url) is not None

    wait_until(clicked, seconds=60)


def tab_to(page: Page, name: re.Pattern[str]) -> None:
    """Press Tab until a picture of this name has the focus, as somebody does who uses no mouse."""
    picture = page.get_by_role("button", name=name)
    expect(picture).not_to_have_count(0)
    for _ in range(60):
        page.keyboard.press("Tab")
        if picture.and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"no picture {name.pattern} can be reached with the Tab key")


def wait_until_complete(page: Page, title: str) -> None:
    """Wait until a page has all its pictures: whoever leaves earlier leaves requests for what is no longer kept."""
    wait_until_drawn(page, title)
    page.wait_for_load_state("networkidle")  # of the document alone: a change of page is none
    page.wait_for_function("[...document.images].every(image => image.complete)")


def test_a_run_started_on_the_page_finishes_in_the_background(
    page: Page, url: str, server_folder: Path
) -> None:
    page.goto(f"{url}/train")
    wait_until_drawn(page, "Train")
    choose(page, "Model", re.compile("cnn-2conv"))
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("2")
    epochs.press("Enter")
    page.get_by_role("button", name="Start").click()
    store = RunStore(server_folder / "runs")
    wait_until(lambda: len(store.list()) == 1)
    page.wait_for_url(re.compile(rf"run={store.list()[0].id}\b"))
    wait_until(lambda: store.list()[0].status == "finished", seconds=120)
    record = store.list()[0].record
    assert record is not None
    assert record.results is not None
    assert (record.status, record.results.epochs, record.config.model) == ("finished", 2, "cnn-2conv")
    expect(page.get_by_text(f"Test accuracy {record.results.test_accuracy:.1%}").first).to_be_visible()


def test_a_cell_shows_its_pictures_and_a_picture_opens_in_explain(
    page: Page, url: str, finished: RunPaths
) -> None:
    tested = load_predictions(finished.predictions, "test")
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (tested.labels, tested.predicted), 1)
    true, predicted = np.unravel_index(counts.argmax(), counts.shape)
    members = np.flatnonzero((tested.labels == true) & (tested.predicted == predicted))
    ranked = members[np.argsort(-tested.confidence[members], kind="stable")]
    first, second = tested.indices[ranked[:2]].tolist()

    run = finished.folder.name
    page.goto(url)
    wait_until_complete(page, "Home")
    page.goto(f"{url}/compare?runs={run}")
    wait_until_complete(page, "Compare")
    # The table is one stop of the Tab key; arrows lead through it, Space ticks, and that is an entry of its own.
    ticks, before = page.get_by_role("checkbox", name=re.compile("^Compare ")), page.url
    ticks.first.press("End")
    expect(ticks.last).to_be_focused()
    page.keyboard.press("Home")
    expect(ticks.first).to_be_focused()
    page.keyboard.press("ArrowUp")  # the headings, which sort
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(ticks.first).to_be_focused()
    page.keyboard.press("Space")
    expect(page).not_to_have_url(before)
    page.go_back()
    expect(page).to_have_url(before)
    wait_until_complete(page, "Compare")
    matrix = page.locator(".js-plotly-plot").first
    expect(matrix.locator(".nsewdrag")).to_be_visible(timeout=SECONDS)
    opened = re.compile(f"cell={names[true]}(%2C|,){names[predicted]}")
    # Without a mouse a cell is chosen from the list of them.
    cell = page.get_by_role("combobox", name=re.compile("a cell above"))
    cell.focus()
    page.keyboard.type(f"{names[true]} ")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"cell={names[true]}(%2C|,)"))
    expect(page.get_by_role("group", name=re.compile(f" of {names[true]} "))).to_be_in_viewport(
        timeout=SECONDS
    )
    wait_until_complete(page, "Compare")
    page.go_back()
    expect(page.get_by_role("group", name=re.compile(f" of {names[true]} "))).to_have_count(0)
    wait_until_complete(page, "Compare")
    click_cell(page, matrix, int(true), int(predicted), opened)
    expect(page.get_by_role("heading", name=re.compile(f"^{counts.max()} "))).to_be_visible()

    # What was asked for is on the screen: beside the matrix, and both within 800 pixels.
    title = page.get_by_role("heading", name=re.compile(f"^{counts.max()} "))
    expect(title).to_be_in_viewport()
    gallery = page.get_by_role("group", name=re.compile(rf"^{counts.max()} .* of {names[true]} "))
    expect(gallery).to_be_in_viewport(ratio=0.6)
    expect(page.locator(".js-plotly-plot").first).to_be_in_viewport(ratio=0.9)
    # From here on without a mouse: the gallery is one stop of the Tab key, arrow keys lead to its pictures.
    expect(gallery.get_by_role("button")).to_have_count(min(16, int(counts.max())))
    tab_to(page, re.compile(rf"test picture {first}\b"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/explain\?.*index={first}\b"))
    assert f"run={run}" in page.url
    expect(page.get_by_text("Where it looked.")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("heading", name=re.compile(names[predicted])).first).to_be_visible()
    expect(page.get_by_text(f"1 of {counts.max()} pictures of {names[true]}")).to_be_visible()
    wait_until_complete(page, "Explain")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(f"2 of {counts.max()} pictures of {names[true]}")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"index={second}\b"))
    wait_until_complete(page, "Explain")
    page.go_back()
    expect(page.get_by_text(f"1 of {counts.max()} pictures of {names[true]}")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"index={first}\b"))
    wait_until_complete(page, "Explain")

    # One entry for one click: Back is the gallery, then the matrix without it, then what was before.
    page.go_back()
    expect(page.get_by_role("heading", name=re.compile(f"^{counts.max()} "))).to_be_visible()
    assert opened.search(page.url)
    assert f"runs={run}" in page.url
    page.go_back()
    wait_until_complete(page, "Compare")
    expect(page.get_by_role("heading", name=re.compile(f"^{counts.max()} "))).to_have_count(0)
    assert re.fullmatch(rf"{url}/compare\?runs={run}&data=[^&]+", page.url)
    page.go_back()
    wait_until_complete(page, "Home")
    page.go_forward()
    wait_until_complete(page, "Compare")
    page.go_forward()
    expect(page.get_by_role("heading", name=re.compile(f"^{counts.max()} "))).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("Where it looked.")).to_be_visible(timeout=SECONDS)
    expect(page).to_have_url(re.compile(rf"/explain\?.*index={first}\b"))
    wait_until_complete(page, "Explain")


def test_back_from_a_picture_is_the_wall_that_it_was_on(page: Page, url: str) -> None:
    page.goto(f"{url}/dataset?class=cat")
    wait_until_complete(page, "Data set")
    tab_to(page, re.compile("cat, train picture"))
    page.keyboard.press("ArrowRight")
    focused = page.get_by_role("group", name="training pictures of cat").get_by_role("button").nth(1)
    expect(focused).to_be_focused()
    expect(focused).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/explain\?.*index="))
    said = page.get_by_text("Where it looked.").or_(page.get_by_text("No positive evidence"))
    expect(said).to_be_visible(timeout=SECONDS)
    wait_until_complete(page, "Explain")
    picture, number = page.url, page.get_by_role("spinbutton", name="Picture number")
    shown = number.input_value()
    assert f"index={shown}" in picture
    assert shown != "0"
    page.go_back()
    wait_until_complete(page, "Data set")
    assert re.fullmatch(rf"{url}/dataset\?class=cat&data=[^&]+", page.url)
    expect(page.get_by_role("combobox", name=re.compile("Class")).first).to_have_attribute("value", "cat")

    # Somebody goes on while the page is still loading, which Streamlit itself does not hear of.
    page.reload(wait_until="commit")
    page.evaluate(
        "() => { setTimeout(() => history.forward()) }"
    )  # Chromium's own command may miss the new document
    expect(number).to_have_value(shown, timeout=SECONDS)
    expect(said).to_be_visible(timeout=SECONDS)
    wait_until_complete(page, "Explain")
    assert page.url == picture

    # All of them, small: the last one is a key away, and Back is where it was.
    page.goto(f"{url}/dataset?class=cat&size=small")
    wait_until_drawn(page, "Data set")
    tab_to(page, re.compile(r"cat, train picture \d+"))
    page.keyboard.press("End")
    last = page.get_by_role("group", name="training pictures of cat").get_by_role("button").last
    expect(last).to_be_focused()
    expect(last).to_have_attribute("aria-label", re.compile("cat, train picture"), timeout=SECONDS)
    wanted = re.search(r"\d+$", last.get_attribute("aria-label") or "")
    assert wanted is not None
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/explain\?.*index={wanted[0]}\b"))
    expect(number).to_have_value(wanted[0], timeout=SECONDS)
    expect(said).to_be_visible(timeout=SECONDS)
    wait_until_complete(page, "Explain")
    page.go_back()
    wait_until_drawn(page, "Data set")
    expect(
        page.get_by_role("button", name=re.compile(rf"cat, train picture {wanted[0]}\b"))
    ).to_be_in_viewport(timeout=SECONDS)


def test_from_the_difference_of_two_runs_to_a_picture_and_back(page: Page, url: str) -> None:
    """Tick two runs → difference → a cell → flips only → by confidence → the 5th picture → Explain → next → Back."""
    baseline, small = "20261121-051920-cnn-baseline-1e69", "20261121-051921-cnn-2conv-bf06"
    right, wrong = (
        load_predictions(RunPaths(Path("trained") / run).predictions, "test").in_order()
        for run in (baseline, small)
    )
    car = CIFAR10_CLASSES.index("automobile")
    alone = (right.labels == car) & (right.correct != wrong.correct)
    flips = np.flatnonzero(alone & right.correct & ~wrong.correct)
    ordered = flips[np.argsort(-right.confidence[flips], kind="stable")].tolist()
    assert 6 < len(ordered) < alone.sum()

    page.goto(f"{url}/compare?runs={baseline}")
    wait_until_complete(page, "Compare")
    page.get_by_role("checkbox", name=re.compile("^Compare cnn-2conv")).first.press("Space")
    page.wait_for_url(re.compile(rf"runs={baseline}&runs={small}"))
    page.get_by_role("radio", name="Difference").press("Space")
    page.wait_for_url(re.compile("numbers=Difference"))
    page.go_back()  # a view is an entry of its own
    expect(page.get_by_role("radio", name="Counts")).to_be_checked()
    expect(page).not_to_have_url(re.compile("numbers="))
    page.go_forward()
    matrix = page.locator(".st-key-difference .js-plotly-plot")
    expect(matrix.locator(".nsewdrag")).to_be_visible(timeout=SECONDS)
    wait_until_complete(page, "Compare")
    click_cell(page, matrix, car, car, re.compile(r"/dataset\?.*set="))
    expect(page.get_by_text(f"{int(alone.sum())} test pictures").first).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="Narrow").click()
    page.get_by_role("button", name=re.compile(f"^only cnn-baseline.* right: {len(flips)} pictures")).click()
    expect(page.get_by_text(f"{len(flips)} test pictures").first).to_be_visible(timeout=SECONDS)
    choose(page, "Sort by", re.compile("confidence"))
    page.wait_for_url(re.compile(r"set=sort%28"))
    wait_until_complete(page, "Data set")
    wall = page.url
    number = page.get_by_role("spinbutton", name="Picture number")
    page.get_by_role("button", name=re.compile(rf"test picture {ordered[4]}\b")).click()
    page.wait_for_url(re.compile(rf"/explain\?.*index={ordered[4]}\b"))
    expect(number).to_have_value(str(ordered[4]), timeout=SECONDS)
    expect(page.get_by_text(f"5 of {len(flips)} pictures")).to_be_visible(timeout=SECONDS)
    wait_until_complete(page, "Explain")
    page.get_by_role("button", name="Next").click()
    expect(number).to_have_value(str(ordered[5]), timeout=SECONDS)
    expect(page.get_by_text(f"6 of {len(flips)} pictures")).to_be_visible(timeout=SECONDS)
    wait_until_complete(page, "Explain")
    page.go_back()
    expect(number).to_have_value(str(ordered[4]), timeout=SECONDS)
    wait_until_complete(page, "Explain")
    page.go_back()
    wait_until_complete(page, "Data set")
    assert page.url == wall
    shown = page.get_by_role("button", name=re.compile("automobile, test picture"))
    expect(shown).to_have_count(len(flips), timeout=SECONDS)
    expect(shown.nth(4)).to_have_attribute("aria-label", re.compile(rf"test picture {ordered[4]}\b"))


def test_an_uploaded_picture_gets_a_heat_map(
    page: Page, url: str, finished: RunPaths, tmp_path: Path
) -> None:
    picture = np.full((120, 160, 3), (230, 180, 90), np.uint8)
    cv2.ellipse(picture, (80, 60), (60, 16), 0, 0, 360, (60, 60, 60), -1)
    cv2.imwrite(str(tmp_path / "plane.png"), picture)
    (tmp_path / "broken.png").write_bytes((tmp_path / "plane.png").read_bytes()[:60])

    page.goto(f"{url}/explain?run={finished.folder.name}&source=upload")
    wait_until_drawn(page, "Explain")
    upload = page.locator('input[type="file"]')
    # From the clipboard: a file that is handed to the page by Ctrl+V is uploaded like any other.
    expect(page.get_by_role("button", name="Paste a picture")).to_be_enabled()
    page.evaluate(PASTE, base64.b64encode((tmp_path / "plane.png").read_bytes()).decode())
    expect(page.get_by_text("Where it looked.").or_(page.get_by_text("No positive evidence"))).to_be_visible(
        timeout=SECONDS
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").click()
    saved = cv2.imread(str(download.value.path()))
    assert saved is not None
    assert min(saved.shape[:2]) >= 32

    # What every chart offers: its picture twice, and its numbers.
    page.locator(".st-key-download_probabilities button").click()
    files: dict[str, bytes] = {}
    for kind in ("PNG", "SVG", "CSV"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        files[kind] = Path(str(download.value.path())).read_bytes()
    drawn = cv2.imdecode(np.frombuffer(files["PNG"], np.uint8), cv2.IMREAD_COLOR)
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 3  # not an empty sheet
    assert b"probability (%)" in files["SVG"]
    assert files["CSV"].decode("utf-8-sig").startswith("name,probability (%)\n")
    page.keyboard.press("Escape")

    # Two more at once, of which one is damaged: it is told by its name, and the other one stands beside the first.
    (tmp_path / "other.png").write_bytes((tmp_path / "plane.png").read_bytes())
    upload.set_input_files([tmp_path / "broken.png", tmp_path / "other.png"])
    expect(page.get_by_role("alert").filter(has_text="broken.png: ")).to_be_visible(timeout=SECONDS)
    expect(page.locator(".st-key-square_beside_more_1 img")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_test_id("stException")).to_have_count(0)

    # The camera of this Chromium films a drawing; it is asked only once it is turned on.
    page.get_by_role("radio", name="camera").click()
    page.locator(".st-key-camera_on label").first.click()
    page.wait_for_function("document.querySelector('video')?.videoWidth > 0", timeout=SECONDS)
    page.get_by_role("button", name="Take Photo").click(timeout=SECONDS)
    expect(page.get_by_text("What it sees:")).to_be_visible(timeout=SECONDS)
    page.get_by_role("radio", name="live").click()
    page.get_by_role("button", name="Turn the camera on").click()
    frames = page.locator(".live canvas")
    expect(frames).to_have_attribute("data-frames", re.compile(r"[3-9]|\d\d"), timeout=SECONDS)
    expect(frames).to_have_attribute("aria-label", re.compile(r"^Heat map for \w+ over .*%\)$"))
    page.get_by_role("button", name="Turn the camera off").click()
