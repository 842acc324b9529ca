"""A class logs in at a real identity provider (of this test), and each may do what is theirs."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, expect

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from tests.browser.conftest import noting
from tests.dashboard import running_dashboard, wait_until_drawn
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, identity_provider
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

SECRETS = """
[auth]
redirect_uri = "http://localhost:{{port}}/oauth2callback"
cookie_secret = "a secret that signs cookies for this test"
client_id = "{client_id}"
client_secret = "{client_secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[cifar_lab]
instructors = ["eve@school.example"]
allowed_domains = ["school.example"]
max_runs_per_student = 1
"""
PEOPLE = {
    "Ada": {"email": "Ada@School.example", "email_verified": True, "name": "Ada <b>Lovelace</b>"},
    "Bob": {"email": "bob@school.example", "email_verified": True, "name": "Bob"},
    "Eve": {"email": "eve@school.example", "email_verified": True, "name": "Eve"},
    "Mallory": {"email": "eve@school.example", "email_verified": False, "name": "Mallory"},
    "Stranger": {"email": "stranger@elsewhere.example", "name": "Stranger"},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with identity_provider() as started:
        started.people.update(PEOPLE)
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("class")


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[RunStore]:
    """Return the runs of the server; they wait for ever, because the place of their supervisor is taken."""
    (folder / "runs").mkdir()
    with FileLock(folder / "runs" / ".supervisor.lock"):
        yield RunStore(folder / "runs")


@pytest.fixture(scope="module")
def url(folder: Path, provider: Provider, store: RunStore, browser: Browser) -> Iterator[str]:
    secrets = folder / "secrets.toml"
    secrets.write_text(
        SECRETS.format(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, provider=provider.url)
    )
    places = {"CIFAR_LAB_DATA": "drawn:200", "STREAMLIT_SECRETS_FILES": str(secrets)}
    with running_dashboard(folder, places, warm=False) as address:
        yield address


@pytest.fixture
def tab(one_tab: Page) -> Iterator[Page]:
    """Give an empty tab; whoever logs in here is logged in nowhere else, and no longer than a test takes."""
    with noting(one_tab):
        yield one_tab
    one_tab.context.clear_cookies()


def log_in(page: Page, url: str, person: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name=person, exact=True).click()
    page.wait_for_url(re.compile(re.escape(url)))


# tests/app/test_class.py has the same of every page.
@pytest.mark.parametrize(
    "path",
    [
        "train?run=evil",
        "",
        *(pytest.param(path, marks=pytest.mark.thorough) for path in ("dataset", "compare", "explain")),
    ],
)
def test_without_a_login_there_is_nothing_but_the_way_in(
    tab: Page, url: str, store: RunStore, path: str
) -> None:
    """The first of these is the very first visit of this server, where Streamlit opens the page without app.py."""
    tab.goto(f"{url}/{path}")
    expect(tab.get_by_role("button", name="Log in")).to_be_visible()
    tab.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    expect(tab.get_by_role("heading")).to_have_count(1)
    expect(tab.get_by_test_id("stSelectbox")).to_have_count(0)
    expect(tab.get_by_test_id("stSidebarNav")).to_have_count(0)
    expect(tab.get_by_test_id("stException")).to_have_count(0)


def test_a_student_queues_a_run_and_an_instructor_stops_it(
    browser: Browser, tab: Page, url: str, store: RunStore
) -> None:
    config = TrainingConfig(name="the instructor's run", model="cnn-2conv", data="drawn:200", epochs=1)
    eves = store.create(config, owner="eve@school.example")

    log_in(tab, url, "Ada")
    wait_until_drawn(tab, "Home")
    sidebar = tab.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("Ada <b>Lovelace</b>", exact=True)).to_be_visible()  # as it is, not in bold
    expect(sidebar.get_by_text("Student")).to_be_visible()

    tab.goto(f"{url}/train?run={eves.id}")
    wait_until_drawn(tab, "Train")
    expect(tab.get_by_text("by eve").first).to_be_visible()
    expect(tab.get_by_role("button", name="Stop", exact=True)).to_have_count(0)

    tab.get_by_role("button", name="Start", exact=True).click()
    wait_until(lambda: len(store.list()) == 2)
    adas = store.list()[0]
    assert adas.record is not None
    assert adas.record.owner == "ada@school.example"
    expect(tab.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    epochs = tab.get_by_role("spinbutton", name="Epochs")
    epochs.fill("5")  # the same run at once would be taken for a second press
    epochs.press("Enter")
    tab.get_by_role("button", name="Start", exact=True).click()
    expect(tab.get_by_text("You have 1 run waiting or running, and 1 at a time is allowed")).to_be_visible()
    assert len(store.list()) == 2

    other = browser.new_context(viewport={"width": 1280, "height": 800})
    page = other.new_page()
    page.set_default_timeout(60_000)
    log_in(page, url, "Eve")
    wait_until_drawn(page, "Home")
    expect(page.get_by_test_id("stSidebar").get_by_text("Instructor")).to_be_visible()
    page.goto(f"{url}/train?run={adas.id}")
    wait_until_drawn(page, "Train")
    page.get_by_role("button", name="Stop", exact=True).click()
    wait_until(lambda: store.get(adas.id).status == "stopped")
    other.close()


@pytest.mark.parametrize(
    ("person", "said"),
    [("Mallory", "has not been verified"), ("Stranger", "only addresses of school.example may")],
)
def test_who_may_not_come_in_reads_why_and_can_log_out(tab: Page, url: str, person: str, said: str) -> None:
    log_in(tab, url, person)
    expect(tab.get_by_text(said)).to_be_visible()
    tab.goto(f"{url}/train")
    expect(tab.get_by_text(said)).to_be_visible()
    expect(tab.get_by_test_id("stSelectbox")).to_have_count(0)
    tab.get_by_role("button", name="Log in with another account").click()
    expect(tab.get_by_role("button", name="Log in", exact=True)).to_be_visible()


def test_a_copied_cookie_ends_with_log_out_also_in_a_page_that_is_open(
    browser: Browser, tab: Page, url: str
) -> None:
    log_in(tab, url, "Ada")
    wait_until_drawn(tab, "Home")
    thief = browser.new_context(storage_state=tab.context.storage_state())
    copied = {cookie["name"]: cookie["value"] for cookie in tab.context.cookies()}
    page = thief.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{url}/dataset")  # nothing on it asks by itself, as a live run does
    wait_until_drawn(page, "Data set")

    def send_file() -> int:
        headers = {"X-Xsrftoken": copied["_streamlit_xsrf"]}
        address = f"{url}/_stcore/upload_file/no-session/file"
        return httpx.put(address, cookies=copied, headers=headers, files={"file": b"x" * 1000}).status_code

    assert send_file() == 400  # Streamlit's own word: there is no such session
    assert httpx.put(f"{url}/_stcore/upload_file/s/f", content=b"x" * 1000).status_code == 401

    tab.get_by_role("button", name="Log out").click()
    expect(tab.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    assert send_file() == 401
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_text("Your login has ended")).to_be_visible()
    expect(page.get_by_test_id("stSelectbox")).to_have_count(0)
    page.goto(f"{url}/train")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    thief.close()


def test_one_student_gets_at_nothing_of_another(
    browser: Browser, tab: Page, url: str, store: RunStore
) -> None:
    """What a browser shows beside tests/unit/accounts/test_attacks.py: real cookies, real pages, a real upload."""
    config = TrainingConfig(name="of Ada", model="cnn-2conv", data="drawn:200", epochs=1)
    hers = store.create(config, owner="ada@school.example")
    before = hers.paths.record.read_bytes()

    log_in(tab, url, "Ada")
    wait_until_drawn(tab, "Home")
    tab.goto(f"{url}/compare")
    wait_until_drawn(tab, "Compare")
    tab.get_by_text("Import a model of your own").click()
    model = {"name": "hers.keras", "mimeType": "application/octet-stream", "buffer": b"weights of Ada"}
    with tab.expect_response(lambda response: "/upload_file/" in response.url) as sent:
        tab.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(model)
    assert sent.value.ok
    place = sent.value.url
    expect(tab.get_by_text("hers.keras")).to_be_visible()

    other = browser.new_context(viewport={"width": 1280, "height": 800})
    page = other.new_page()
    page.set_default_timeout(60_000)
    log_in(page, url, "Bob")
    wait_until_drawn(page, "Home")
    for address in (f"train?run={hers.id}", f"train?run={hers.id}&stop={hers.id}&owner=bob@school.example"):
        page.goto(f"{url}/{address}")
        wait_until_drawn(page, "Train")
        expect(page.get_by_text("by ada").first).to_be_visible()
        for verb in ("Stop", "Delete", "Start again from the beginning"):
            expect(page.get_by_role("button", name=verb, exact=True)).to_have_count(0)

    cookies = {cookie["name"]: cookie["value"] for cookie in other.cookies()}
    headers = {"X-Xsrftoken": cookies["_streamlit_xsrf"]}
    replaced = httpx.put(place, cookies=cookies, headers=headers, files={"file": b"evil"})
    removed = httpx.delete(place, cookies=cookies, headers=headers)
    assert (replaced.status_code, removed.status_code) == (403, 403)
    expect(tab.get_by_text("hers.keras")).to_be_visible()

    signed = cookies["_streamlit_user"]
    content, moment, signature = signed.lstrip(".").split(".")
    packed = base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))
    said = (zlib.decompress(packed) if signed.startswith(".") else packed).decode()
    assert "bob@school.example" in said
    forged = said.replace("bob@school.example", "eve@school.example")
    assert json.loads(json.loads(forged))["email"] == "eve@school.example"
    value = base64.urlsafe_b64encode(forged.encode()).decode().rstrip("=") + f".{moment}.{signature}"
    host = {"domain": "localhost", "path": "/"}
    other.add_cookies([{"name": "_streamlit_user", "value": value, **host}])
    page.goto(f"{url}/train?run={hers.id}")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stSelectbox")).to_have_count(0)
    other.close()
    assert httpx.get(f"{url}/_stcore/metrics", cookies=cookies).status_code == 404
    assert hers.paths.record.read_bytes() == before
    store.delete(hers.id)
