"""A class on one server: who gets in, and what the pages let each do."""

import re
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from pages.parts.frame.pages import PAGES
from tests.fake_runs import write_run
from tests.run_table import labels

APP = str(Path(__file__).resolve().parents[2] / "app.py")
AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "a secret of more than fourteen bytes",
    "client_id": "cifar-lab",
    "client_secret": "secret",
    "server_metadata_url": "http://localhost:9/.well-known/openid-configuration",
}
CLASS = {"instructors": ["eve@school.example"], "max_runs_per_student": 2}
ADA = {"is_logged_in": True, "email": "Ada@School.example", "name": "Ada L.", "email_verified": True}
BOB = {"is_logged_in": True, "email": "bob@school.example"}
EVE = {"is_logged_in": True, "email": "eve@school.example", "name": "Eve"}


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def open_as(
    user: dict[str, Any] | None,
    page: str = "home",
    *,
    auth: dict[str, Any] | None = AUTH,
    cifar_lab: dict[str, Any] | None = CLASS,
    **url: str,
) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    if auth is not None:
        app.secrets["auth"] = auth
    if cifar_lab is not None:
        app.secrets["cifar_lab"] = cifar_lab
    app.user = {"is_logged_in": False} if user is None else user
    if page != "home":
        app.switch_page(f"pages/{page}.py")
    for name, value in url.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    kinds = (app.title, app.markdown, app.caption, app.info, app.warning, app.success, app.error, app.text)
    return "\n".join(element.value for kind in kinds for element in kind)


def keys(app: AppTest) -> set[str]:
    return {button.key or "" for button in app.button}


@pytest.mark.parametrize("page", PAGES)
def test_without_a_login_every_page_is_the_login_page(store: RunStore, page: str) -> None:
    write_run(store.runs_dir, "secret-run", open_dataset(None, Settings.from_environment()))
    app = open_as(None, page, run="secret-run", data="drawn:80")
    assert [title.value for title in app.title] == ["CIFAR Lab"]
    assert [button.label for button in app.button] == ["Log in"]
    assert not app.selectbox
    assert "secret" not in texts(app)


def test_each_configured_provider_has_its_button() -> None:
    provider = {key: AUTH[key] for key in ("client_id", "client_secret", "server_metadata_url")}
    shared = {key: AUTH[key] for key in ("redirect_uri", "cookie_secret")}
    app = open_as(None, auth=shared | {"google": provider, "school": provider})
    assert [button.label for button in app.button] == ["Log in with google", "Log in with school"]


@pytest.mark.parametrize(
    ("user", "said"),
    [
        (ADA | {"email": None}, "without a usable e\\-mail|without a usable e-mail"),
        (ADA | {"email_verified": False}, "has not been verified"),
        (ADA | {"email": "ada@elsewhere.example"}, "only addresses of school.example may"),
    ],
)
def test_who_may_not_come_in_reads_why_and_can_change_the_account(user: dict[str, Any], said: str) -> None:
    app = open_as(user, cifar_lab=CLASS | {"allowed_domains": ["school.example"]})
    assert pytest.approx(1) == len(app.warning)
    assert any(part in app.warning[0].value for part in said.split("|"))
    assert [button.label for button in app.button] == ["Log in with another account"]
    assert not app.selectbox


@pytest.mark.parametrize(
    ("auth", "cifar_lab", "said"),
    [
        ({"redirect_uri": "http://localhost:8501/oauth2callback"}, None, "lacks cookie"),
        (None, CLASS, "no logins"),
        (AUTH, {"instructors": ["nobody"]}, "is no e-mail address"),
        (AUTH, {"instructor": ["eve@school.example"]}, "instructor"),
    ],
)
def test_a_class_that_is_set_up_wrongly_lets_nobody_in(
    auth: dict[str, Any] | None, cifar_lab: dict[str, Any] | None, said: str
) -> None:
    app = open_as(ADA if auth is AUTH else None, auth=auth, cifar_lab=cifar_lab)
    shown = [*app.error, *app.warning]
    assert len(shown) == 1
    assert said in shown[0].value
    assert not app.selectbox


def test_without_authlib_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    app = open_as(None)
    assert "requirements-server.txt" in app.error[0].value
    assert not app.button


def test_a_file_of_secrets_that_cannot_be_read_lets_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit.errors import StreamlitSecretNotFoundError

    from pages.parts.frame import account

    torn = tmp_path / "secrets.toml"
    torn.write_text('[auth]\nredirect_uri = "http://…')

    class Torn:
        def get(self, name: str) -> None:
            raise StreamlitSecretNotFoundError("torn")

    monkeypatch.setattr(account.st, "secrets", Torn())
    monkeypatch.setattr(account.st, "get_option", lambda name: [str(torn)])
    with pytest.raises(account.AccessError, match="cannot be read as TOML, so nobody can be let in"):
        account.current_user()
    torn.unlink()
    assert account.current_user() is None


def test_the_sidebar_says_who_is_logged_in() -> None:
    app = open_as(ADA)
    assert "Ada L." in texts(app)
    assert "Student" in texts(app)
    assert "log_out" in keys(app)
    assert "Instructor" in texts(open_as(EVE))


def test_a_student_sees_what_is_used_and_cannot_fill_the_disk_for_all(store: RunStore) -> None:
    config = write_config("hers", "drawn:80")
    RunStore(store.runs_dir).create(config, owner="ada@school.example")
    app = open_as(ADA)
    said = r"1 of 2 runs waiting or running · \d\S* (bytes|kB) of 5 GB on the disk"
    assert re.search(said, texts(app))
    assert not [key for key in keys(app) if key.startswith("fetch_")]
    app = open_as(EVE)
    assert "on the disk" not in texts(app)
    assert {"fetch_cifar10", "fetch_cifar100"} <= keys(app)


def test_equal_names_are_told_apart_by_their_owners(store: RunStore) -> None:
    dataset = open_dataset(None, Settings.from_environment())
    for owner in ("ada@school.example", "bob@school.example"):
        run_id = f"run-{owner[:3]}"
        write_run(store.runs_dir, run_id, dataset, name="cnn-2conv")
        record = store.get(run_id).record
        assert record is not None
        record.model_copy(update={"owner": owner}).write(store.get(run_id).paths.record)
    app = open_as(BOB, "compare")
    assert set(labels(app)) == {"cnn-2conv (ada)", "cnn-2conv (bob)"}


def set_seed(app: AppTest, seed: int) -> None:
    app.number_input(key="train_seed").set_value(seed).run()


def test_a_student_owns_what_is_started_and_reaches_the_limit(store: RunStore) -> None:
    app = open_as(ADA, "train", circumstances_part="true")
    for seed in range(2):
        set_seed(app, seed)
        app.button(key="start").click().run()
        assert not app.exception
        assert not app.error
    assert {run.record.owner for run in store.list() if run.record} == {"ada@school.example"}
    set_seed(app, 2)
    app.button(key="start").click().run()
    assert not app.exception
    assert "You have 2 runs waiting or running, and 2 at a time are allowed" in app.error[0].value
    assert len(store.list()) == 2


def test_a_student_can_watch_anothers_run_and_not_change_it(store: RunStore) -> None:
    dataset = open_dataset(None, Settings.from_environment())
    hers = RunStore(store.runs_dir, user=None).create(
        write_config("hers", dataset.key), owner="ada@school.example"
    )
    other = store.create(write_config("other", dataset.key), owner="bob@school.example")
    app = open_as(ADA, "train", run=other.id)
    assert "by bob" in texts(app)
    assert f"stop_{other.id}" not in keys(app)
    assert f"confirm_{other.id}" not in keys(app)
    assert f"stop_{hers.id}" in keys(open_as(ADA, "train", run=hers.id))
    app = open_as(EVE, "train", run=other.id)
    app.button(key=f"stop_{other.id}").click().run()
    assert not app.exception
    assert store.get(other.id).status == "stopped"


def test_a_button_that_was_drawn_before_its_right_was_lost_gives_a_sentence(store: RunStore) -> None:
    dataset = open_dataset(None, Settings.from_environment())
    run = store.create(write_config("eves", dataset.key), owner="eve@school.example")
    app = open_as(EVE, "train", run=run.id)
    assert f"stop_{run.id}" in keys(app)
    app.user = ADA
    app.button(key=f"stop_{run.id}").click().run()
    assert not app.exception
    assert store.get(run.id).status == "queued"


def test_pages_open_no_data_set_that_is_not_listed(tmp_path: Path) -> None:
    for asked in ("/etc", str(tmp_path), "drawn:9999999", "../../etc", "\0", "x" * 10_000):
        app = open_as(ADA, data=asked)
        assert app.selectbox(key="data").value is None
        assert "There is no data set" in app.error[0].value
    page = open_as(ADA).switch_page("pages/dataset.py").run()
    page.session_state["data"] = "/etc"  # whatever a page may have been told
    page.run()
    assert "in the list of this server" in page.error[0].value


def write_config(name: str, data: str) -> Any:
    from cifar_core.recipes.config import TrainingConfig

    return TrainingConfig(name=name, model="cnn-2conv", data=data, epochs=1)


def test_without_logins_there_is_one_user_who_may_do_all(store: RunStore) -> None:
    dataset = open_dataset(None, Settings.from_environment())
    run = store.create(write_config("old", dataset.key), owner="somebody@school.example")
    app = open_as({}, "train", auth=None, cifar_lab=None, run=run.id)
    assert f"stop_{run.id}" in keys(app)
    assert "log_out" not in keys(app)
    assert not app.warning


@pytest.mark.parametrize("address", ["localhost", "0.0.0.0", None, "192.168.1.5"])
def test_a_server_that_others_reach_without_logins_warns_everybody(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    options = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else options(name))
    app = open_as({}, auth=None, cifar_lab=None)
    warnings = [warning.value for warning in app.warning if "There are no logins" in warning.value]
    assert len(warnings) == (0 if address == "localhost" else 1)
    assert not [warning for warning in open_as(ADA).warning if "There are no logins" in warning.value]
