"""What everybody must be able to use: axe-core finds nothing wrong on any page, light or dark; captions read at 7:1.

Nothing jumps, either: what somebody is about to click stays where it is.
"""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages.parts.frame.pages import PAGES
from tests.dashboard import wait_until_drawn

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
CONTRAST = """() => {
    const luminance = text => text.match(/[\\d.]+/g).slice(0, 3)
        .map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
    const behind = element => {
        const colour = getComputedStyle(element).backgroundColor
        return colour === "rgba(0, 0, 0, 0)" ? behind(element.parentElement) : colour
    }
    return [...document.querySelectorAll("[data-testid=stCaptionContainer]")].map(caption => {
        let opacity = 1
        for (let one = caption; one; one = one.parentElement) opacity *= getComputedStyle(one).opacity
        const both = [luminance(getComputedStyle(caption).color), luminance(behind(caption))].sort((a, b) => b - a)
        return [caption.innerText, opacity, (both[0] + 0.05) / (both[1] + 0.05)]
    })
}"""

SHIFTS = """
    window.shifted = 0, window.moved = []
    const name = node => node?.className?.match(/st-key-\\w+/)?.[0] ?? node?.textContent?.slice(0, 60)
    const place = one => `“${name(one.node)}” from ${one.previousRect.y} to ${one.currentRect.y}`
    window.observer?.disconnect()  // that of a test before this one, in the same window
    const ours = list => list.getEntries().filter(one => !one.hadRecentInput)
    window.observer = new PerformanceObserver(list => ours(list).forEach(one => {
        window.shifted += one.value
        window.moved.push(`${one.value}: ${one.sources.map(place).join(", ")}`)
    }))
    window.observer.observe({type: "layout-shift", buffered: true})
"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_offline_and_can_be_used_by_everybody(page: Page, url: str, name: str) -> None:
    page.add_init_script(SHIFTS)
    page.emulate_media(color_scheme="light")
    page.goto(f"{url}/{PAGES[name].url_path}")
    wait_until_drawn(page, PAGES[name].title)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    expect(page.get_by_text("Built-in drawings")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    # Cumulative layout shift: nothing jumps while it is drawn.
    assert page.evaluate("window.shifted") <= 0.05, "\n".join(page.evaluate("window.moved"))
    assert_usable(page)
    page.emulate_media(color_scheme="dark")  # Streamlit follows at once
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    assert_usable(page)


def assert_usable(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    told = [{one["id"]: [node["html"][:200] for node in one["nodes"]]} for one in found]
    assert not found, json.dumps(told, indent=1)
    captions = page.evaluate(CONTRAST)
    assert captions
    assert all(opacity == 1 and ratio >= 7 for _, opacity, ratio in captions), captions
