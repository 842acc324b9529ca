"""Runs and classes with names made to break out: every page shows them as they are, and fetches nothing."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import cv2
import numpy as np
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, expect

from cifar_core.data.catalog import open_dataset
from cifar_core.picture_sets.expression import Word
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from pages.parts.frame.pages import PAGES
from tests.browser.conftest import noting
from tests.dashboard import cell_place, running_dashboard, wait_until_drawn
from tests.fake_runs import write_run
from tests.hostile import MARKUP
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

CLASSES = [
    "<img src=x onerror=alert(1)>",
    "![i](data:,) **strong** <b>bold<",
    ":material:home: $x^2$ [l](mailto:a@e.example)",
    "<a href='javascript:alert(1)'>a",
]
ASKED = [
    quote(text, safe="") for text in (MARKUP[0], MARKUP[3], "../../etc/passwd", "/etc/passwd\0", "x" * 3000)
]

# What a name would have become: pictures, links, formulas, icons and formatted words.
MADE_OF_NAMES = """whole => [...document.querySelectorAll('[data-testid="stMain"], [data-testid="stSidebar"]')].flatMap(
    part => [...part.querySelectorAll(
        'img[src="x"], img[src*="e.example"], img[src^="data:,"], [onerror], script, iframe, .katex, del,'
        + 'a[href*="e.example"], a[href^="mailto:"], a[href^="javascript:"], '
        + '[data-testid="stMarkdownContainer"] :is(strong, em, code, b), .stMarkdownColoredText, .stMarkdownBadge,'
        + '.js-plotly-plot a, .js-plotly-plot tspan'
    )].filter(
        // These the pages and Plotly make too: what a name would have made of them has these few letters. A whole
        // name may be bold.
        element => !whole.includes(element.textContent.replaceAll('\u2060', '')) && (
            !element.matches('tspan, .stMarkdownColoredText, .stMarkdownBadge')
            || ['bold', 'r', 'b'].includes(element.textContent.trim())
        )
    )
).map(element => element.outerHTML.slice(0, 300))"""
# What the pages themselves write in bold or as code.
OUR_OWN = re.compile(
    r">(Compare|Explain|Browse|Choose|Upload|the pictures, the training, the mistakes, the reasons"
    r"|Most confused pairs"
    r"|Pictures|Click (a|one) .{0,60}|Click one|Draw around some points|Map of test pictures"
    r"|The most alike training pictures|Is the difference real\? [A-Z][a-z ]{2,20}\.|About .{1,20}|At most .{1,20}"
    r"|Drag across a histogram|mean [a-z]{3,5}"
    r"|Test accuracy [\d.]+%|model\.save"
    r"|How far to trust this map\?|python -m cifar_core explain score [a-z0-9-]+ --method [a-z+-]+|Mean heat map"
    r"|[\d.]+%( in about .{1,20})?"
    r")[^<]{0,6}<"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[str, RunStore]]:
    folder = tmp_path_factory.mktemp("hostile")
    data = folder / "<b>pictures ![i](http:i)"
    generator = np.random.default_rng(0)
    for split, count in (("train", 12), ("test", 6)):
        for name in CLASSES:
            (data / split / name).mkdir(parents=True)
            for number in range(count):
                picture = generator.integers(0, 255, (32, 32, 3), np.uint8)
                cv2.imwrite(str(data / split / name / f"{number}.png"), picture)
    settings = Settings(
        None, folder / "runs", folder / "trained", folder / "cache", folder / "keras" / "datasets"
    )
    dataset = open_dataset(str(data), settings)
    store = RunStore(folder / "runs")
    for number, name in enumerate(MARKUP):
        paths = write_run(store.runs_dir, f"run-{number}", dataset, name=name, wrong_every=number + 2)
        paths.model.write_bytes(b"no model")
        paths.log.write_text(f"{name}\n")
    write_run(store.runs_dir, "run-failed", dataset, name=MARKUP[0], status="failed")
    failed = store.get("run-failed")
    assert failed.record is not None
    failed.record.model_copy(update={"error": f"{MARKUP[0]} {MARKUP[3]}"}).write(failed.paths.record)
    store.create(
        TrainingConfig(name=MARKUP[1], model="cnn-2conv", data=dataset.key),
        run_id="run-queued",
        owner="<b>ada</b>@e.example",
    )
    with (
        FileLock(store.runs_dir / ".supervisor.lock"),
        running_dashboard(folder, {"CIFAR_LAB_DATA": str(data)}, warm=False) as address,
    ):
        yield address, store


@pytest.fixture
def tab(one_tab: Page) -> Iterator[Page]:
    """Give an empty tab, and note every request to elsewhere and every dialog."""
    escaped: list[str] = []
    with noting(
        one_tab,
        dialog=lambda dialog: (escaped.append(dialog.message), dialog.dismiss()),
        request=lambda request: "e.example" in request.url.split("?")[0] and escaped.append(request.url),
    ):
        yield one_tab
    assert escaped == []


def check(page: Page, *shown: str) -> None:
    """See to it that nothing on the page was made of a name, and that these texts are there as they were written."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    made = [html for html in page.evaluate(MADE_OF_NAMES, CLASSES) if not OUR_OWN.search(html)]
    assert made == []
    for text in shown:
        page.wait_for_function(
            "text => document.body.textContent.replaceAll('\\u2060', '').includes(text)", arg=text
        )


@pytest.mark.parametrize("number", range(len(MARKUP)))
def test_train_shows_a_name_as_it_is(tab: Page, server: tuple[str, RunStore], number: int) -> None:
    url, store = server
    tab.goto(f"{url}/train?run=run-{number}")
    wait_until_drawn(tab, "Train")
    record = store.get(f"run-{number}").record
    assert record is not None
    delete = tab.get_by_role("button", name="Delete", exact=True)
    delete.click()
    check(tab, f"Delete “{record.config.name}")


@pytest.mark.parametrize("run", ["run-failed", "run-queued"])
def test_train_shows_problems_and_owners_as_they_are(
    tab: Page, server: tuple[str, RunStore], run: str
) -> None:
    url, _ = server
    tab.goto(f"{url}/train?run={run}")
    wait_until_drawn(tab, "Train")
    check(tab, MARKUP[0] if run == "run-failed" else "by <b>ada</b>")


@pytest.mark.parametrize("show", ["Matrices", "Curves", "Classes"])
def test_compare_shows_names_of_runs_and_classes_as_they_are(
    tab: Page, server: tuple[str, RunStore], show: str
) -> None:
    url, _ = server
    cell = quote(f"{CLASSES[0]},{CLASSES[1]}")
    tab.goto(
        f"{url}/compare?runs=run-0&runs=run-1&runs=run-2&runs=run-3&runs=run-failed&show={show}&cell={cell}"
    )
    wait_until_drawn(tab, "Compare")
    expect(tab.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)
    if show == "Curves":
        check(tab)
        expect(tab.locator(".js-plotly-plot .legendtext").first).to_contain_text("<img src=x")
        return
    check(tab, "failed and has no confusion matrix")
    expect(tab.locator(".js-plotly-plot .xtick text").first).to_contain_text("![i](", timeout=60_000)
    if show == "Matrices":
        check(tab, f"of {CLASSES[0]} taken for {CLASSES[1]} by {MARKUP[0]}")
        matrix = tab.locator(".js-plotly-plot").first
        hover = tab.locator(".hoverlayer .hovertext").first

        def hovered() -> bool:
            x, y = cell_place(matrix, 0, 1, len(CLASSES))
            tab.mouse.move(x + 1, y + 1)
            tab.mouse.move(x, y)
            return hover.is_visible()

        wait_until(hovered)
        expect(hover).to_contain_text(CLASSES[1])  # the first in alphabetical order
        check(tab)


def test_the_data_set_shows_its_classes_as_they_are(tab: Page, server: tuple[str, RunStore]) -> None:
    url, _ = server
    side = quote(f"class({Word(CLASSES[0])})")
    for view in ("Pictures", "Colours", "Two classes", "Counts", "Colour lab"):
        tab.goto(f"{url}/dataset?view={quote(view)}&class={quote(CLASSES[1])}&lab_one={side}")
        wait_until_drawn(tab, "Data set")
        check(tab, "<b>pictures ![i](http:i)", *([CLASSES[0][:20]] if view != "Pictures" else []))
        if (
            view == "Pictures"
        ):  # names stand in a document of their own there, which the search above does not enter
            picture = tab.get_by_role("button", name=f"{CLASSES[1]}, train picture")
            expect(picture).to_have_count(12)
            expect(picture.first.locator(":scope > *")).to_have_count(2)  # the picture and its caption


def test_explain_shows_names_as_they_are(tab: Page, server: tuple[str, RunStore]) -> None:
    url, _ = server
    for run in ("run-0", "run-1"):
        parts = ("beside", "change", "numbers", "surroundings", "trust", "unknown")
        tab.goto(f"{url}/explain?run={run}&{'&'.join(f'{part}_part=true' for part in parts)}")
        wait_until_drawn(tab, "Explain")
        check(tab)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "turns",
    [
        pytest.param(range(2), id="some"),
        pytest.param(range(2, len(ASKED)), id="others", marks=pytest.mark.thorough),
    ],
)
def test_addresses_that_ask_for_anything_get_a_page(
    tab: Page, server: tuple[str, RunStore], name: str, turns: range
) -> None:
    """All that is asked for stands in each address; in five turns each parameter has asked for each of it."""
    url, _ = server
    path, title = PAGES[name].url_path, PAGES[name].title
    names = (
        "run",
        "runs",
        "data",
        "cell",
        "of",
        "class",
        "left",
        "index",
        "split",
        "page",
        "show",
        "view",
        "target",
    )
    for turn in turns:
        asked = (f"{one}={ASKED[(place + turn) % len(ASKED)]}" for place, one in enumerate(names))
        tab.goto(f"{url}/{path}?{'&'.join(asked)}")
        wait_until_drawn(tab, title)
        check(tab)
        expect(tab.get_by_text("root:x:0")).to_have_count(0)
