"""Who is let in, who may change which run, how much each may use."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cifar_core.accounts.admission import admit
from cifar_core.accounts.class_settings import ClassSettings
from cifar_core.accounts.limits import Limits, Usage, check_hours, check_limits
from cifar_core.accounts.login_section import check_login_section
from cifar_core.accounts.logouts import Logouts
from cifar_core.accounts.server_host import is_this_machine
from cifar_core.accounts.user import User
from cifar_core.errors import AccessError, ConfigError, RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.disk_usage import bytes_by_owner, folder_bytes
from cifar_core.runs.permissions import may_change
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2)
ADA = User("ada@school.example", "Ada", "student")
BOB = User("bob@school.example", "Bob", "student")
TEACHER = User("eve@school.example", "Eve", "instructor")
AMPLE = Limits(runs_per_student=100, bytes_per_student=10**9)


def settings(**values: object) -> ClassSettings:
    return ClassSettings.from_sources(values, {})


# Who is let in


def test_a_configured_address_instructs_whatever_its_letters() -> None:
    rules = settings(instructors=["Eve@School.example"])
    assert admit({"email": "EVE@school.EXAMPLE", "name": "Eve"}, rules) == TEACHER
    assert admit({"email": "ada@school.example", "name": "Ada"}, rules) == ADA


@pytest.mark.parametrize(
    "claim", [None, "", 7, "ada", "a b@c.de", "ada@x\u202e.org", "a@b@c.org", "x@" + "y" * 300]
)
def test_a_login_without_a_usable_address_is_refused(claim: object) -> None:
    with pytest.raises(AccessError, match="without a usable e-mail address"):
        admit({"email": claim}, settings())


def test_letters_that_turn_into_an_instructors_are_refused() -> None:
    # The Kelvin sign is an ASCII k in small letters.
    with pytest.raises(AccessError):
        admit({"email": "mi\u212ae@school.example"}, settings(instructors=["mike@school.example"]))


@pytest.mark.parametrize(
    ("verified", "allowed"), [(True, True), ("true", True), (False, False), ("false", False), (None, False)]
)
def test_an_address_that_is_not_verified_is_refused(verified: object, allowed: bool) -> None:
    claims = {"email": "ada@school.example", "name": "Ada", "email_verified": verified}
    if allowed:
        assert admit(claims, settings()) == ADA
        return
    with pytest.raises(AccessError, match="has not been verified"):
        admit(claims, settings())


def test_only_the_allowed_domains_and_instructors_log_in() -> None:
    rules = settings(allowed_domains=["School.example"], instructors=["me@home.example"])
    assert admit({"email": "ada@school.example", "name": "Ada"}, rules) == ADA
    assert admit({"email": "me@home.example"}, rules).is_instructor
    for other in ("ada@evil.example", "ada@evilschool.example", "ada@school.example.evil.example"):
        with pytest.raises(AccessError, match="only addresses of school"):
            admit({"email": other}, rules)


def test_the_name_is_made_fit_to_be_shown() -> None:
    assert admit({"email": "a@b.de", "name": "A\u202ed\na" + "x" * 10_000}, settings()).name.startswith(
        "A\ufffdd ax"
    )
    assert len(admit({"email": "a@b.de", "name": "x" * 10_000}, settings()).name) == 80
    assert admit({"email": "a@b.de", "name": " \n"}, settings()).name == "a@b.de"


def test_the_environment_wins_over_the_section() -> None:
    found = ClassSettings.from_sources(
        {"instructors": ["a@b.de"], "max_runs_per_student": 3},
        {"CIFAR_LAB_INSTRUCTORS": "c@d.de, e@f.de", "CIFAR_LAB_QUOTA_GB": "2.5", "CIFAR_LAB_TOTAL_GB": ""},
    )
    assert found.instructors == ("c@d.de", "e@f.de")
    assert found.limits == Limits(3, 2_500_000_000, None, hours_per_run=4.0)


@pytest.mark.parametrize(
    ("section", "named"),
    [
        ({"instructor": ["a@b.de"]}, "instructor"),
        ({"instructors": ["nobody"]}, "nobody"),
        ({"max_runs_per_student": -1}, "max_runs_per_student"),
        ({"quota_gb": "much"}, "quota_gb"),
        ({"allowed_domains": ["*"]}, "allowed_domains"),
    ],
)
def test_wrong_settings_are_named(section: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        ClassSettings.from_sources(section, {})


PROVIDER = {"client_id": "x", "client_secret": "y", "server_metadata_url": "https://idp"}
AUTH = {"redirect_uri": "https://lab/oauth2callback", "cookie_secret": "z" * 32}


def test_the_providers_of_a_whole_section_are_found() -> None:
    assert check_login_section(AUTH | PROVIDER, authlib=True) == (None,)
    assert check_login_section(AUTH | {"google": PROVIDER, "school": PROVIDER}, authlib=True) == (
        "google",
        "school",
    )
    assert check_login_section(AUTH | PROVIDER | {"client_kwargs": {"prompt": "login"}}, authlib=True) == (
        None,
    )


@pytest.mark.parametrize(
    ("auth", "authlib", "said"),
    [
        (AUTH | PROVIDER, False, "requirements-server.txt"),
        ({}, True, "lacks redirect_uri and cookie_secret"),
        (AUTH, True, "names no login service"),
        (AUTH | {"redirect_uri": "https://lab/"} | PROVIDER, True, "/oauth2callback"),
        (AUTH | {"client_id": "x"}, True, "lacks client_secret, server_metadata_url"),
        (AUTH | {"google": {"client_id": "x"}}, True, r"\[auth.google\] .* lacks client_secret"),
        (AUTH | {"my_idp": PROVIDER}, True, "underscore"),
    ],
)
def test_an_incomplete_section_is_a_sentence(auth: dict[str, object], authlib: bool, said: str) -> None:
    with pytest.raises(AccessError, match=said):
        check_login_section(auth, authlib=authlib)


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("[::1]", True),
        ("lab.localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.7", False),
        ("lab.school.example", False),
        ("localhost.evil.example", False),
        (None, False),
    ],
)
def test_which_addresses_are_reached_from_the_machine_alone(host: str | None, alone: bool) -> None:
    assert is_this_machine(host) is alone


# Who may change what


def test_students_change_their_own_runs_instructors_all(tmp_path: Path) -> None:
    hers = RunStore(tmp_path, user=ADA).create(CONFIG)
    nobodys = RunStore(tmp_path).create(CONFIG)
    assert [may_change(who, hers) for who in (None, TEACHER, ADA, BOB)] == [True, True, True, False]
    assert [may_change(who, nobodys) for who in (None, TEACHER, ADA, BOB)] == [True, True, False, False]
    damaged = Run(None, hers.paths, "failed", shipped=False, problem="torn")
    assert [may_change(who, damaged) for who in (None, TEACHER, ADA)] == [True, True, False]
    shipped = Run(hers.record, hers.paths, "finished", shipped=True)
    assert not any(may_change(who, shipped) for who in (None, TEACHER, ADA))


@pytest.fixture
def runs(tmp_path: Path) -> tuple[RunStore, str, str]:
    """Bob's store, a run of Ada's and one of Bob's."""
    hers = RunStore(tmp_path, user=ADA).create(CONFIG).id
    store = RunStore(tmp_path, user=BOB, limits=AMPLE)
    return store, hers, store.create(CONFIG).id


def test_whoever_is_logged_in_owns_what_is_made(runs: tuple[RunStore, str, str]) -> None:
    store, _, _ = runs
    made = store.create(CONFIG, owner=TEACHER.id)
    assert made.record is not None
    assert made.record.owner == BOB.id


def test_somebody_elses_run_can_be_seen_and_not_changed(runs: tuple[RunStore, str, str]) -> None:
    store, hers, his = runs
    before = store.get(hers)
    for change in (
        lambda: store.request_stop(hers),
        lambda: store.resume(hers),
        lambda: store.prioritize(hers, -1),
        lambda: store.move_before(hers, his),
        lambda: store.move_before(his, hers),
        lambda: store.delete(hers),
    ):
        with pytest.raises(RunError, match="is not yours"):
            change()
    assert store.get(hers) == before
    assert not before.paths.stop.exists()


def test_an_instructor_changes_anybodys_run(runs: tuple[RunStore, str, str]) -> None:
    store, hers, his = runs
    teacher = RunStore(store.runs_dir, user=TEACHER, limits=AMPLE)
    teacher.move_before(his, hers)
    teacher.prioritize(hers, 5)
    teacher.request_stop(hers)
    teacher.delete(hers)
    assert [run.id for run in store.list()] == [his]


def test_students_do_not_go_before_the_class(runs: tuple[RunStore, str, str]) -> None:
    store, _, his = runs
    with pytest.raises(RunError, match="for instructors"):
        store.create(CONFIG, priority=1)
    with pytest.raises(RunError, match="for instructors"):
        store.prioritize(his, 1)
    store.prioritize(his, -3)
    lifted = store.create(CONFIG).id
    RunStore(store.runs_dir, user=TEACHER).prioritize(lifted, 4)
    with pytest.raises(RunError, match="for instructors"):
        store.move_before(his, lifted)


# How much each may use


def test_the_limit_of_runs_names_the_numbers(tmp_path: Path) -> None:
    store = RunStore(tmp_path, user=ADA, limits=Limits(2, 10**9))
    first = store.create(CONFIG)
    store.create(CONFIG)
    with pytest.raises(
        RunError, match="You have 2 runs waiting or running, and 2 at a time are allowed"
    ) as caught:
        store.create(CONFIG)
    assert "Wait until one has ended, or stop one." in str(caught.value)
    assert len(store.list()) == 2
    assert not [entry for entry in tmp_path.iterdir() if entry.name.startswith(".new")]
    store.request_stop(first.id)
    store.create(CONFIG)
    with pytest.raises(RunError, match="2 at a time"):
        store.resume(first.id)
    RunStore(tmp_path, user=BOB, limits=Limits(1, 10**9)).create(CONFIG)


def test_many_at_once_are_refused_before_the_first(tmp_path: Path) -> None:
    store = RunStore(tmp_path, user=ADA, limits=Limits(5, 10**9))
    with pytest.raises(RunError, match=r"You asked for 6 runs\. 5 at a time are allowed"):
        store.check_room(6)
    store.create(CONFIG)
    store.check_room(4)
    with pytest.raises(RunError, match=r"You asked for 5 runs\. You have 1 run waiting"):
        store.check_room(5)


def test_instructors_are_held_by_the_space_for_all_alone() -> None:
    full = Usage(runs=9, own_bytes=3 * 10**9, all_bytes=20 * 10**9)
    check_limits(TEACHER, full, Limits(1, 10**9))
    with pytest.raises(
        RunError, match=r"All runs together take 20 GB on the disk, and 20 GB are allowed. Delete runs"
    ):
        check_limits(TEACHER, full, Limits(1, 10**9, 20 * 10**9))
    with pytest.raises(RunError, match="or ask your instructor"):
        check_limits(ADA, full, Limits(10, 10**11, 20 * 10**9))


def test_a_students_run_has_its_hours_and_an_instructor_gives_it_more(tmp_path: Path) -> None:
    limits = Limits(9, 10**9, hours_per_run=0.5)
    hers = RunStore(tmp_path, user=ADA, limits=limits)
    run = hers.create(CONFIG)
    assert run.record is not None
    assert run.record.hours_allowed == 0.5
    teachers = RunStore(tmp_path, user=TEACHER, limits=limits).create(CONFIG).record
    assert teachers is not None
    assert teachers.hours_allowed is None

    def end(minutes: int) -> None:
        record = hers.get(run.id).record
        assert record is not None
        now = datetime.now(UTC)
        changes = {"status": "stopped", "started": now - timedelta(minutes=minutes), "ended": now}
        record.model_copy(update=changes).write(run.paths.record)

    end(20)
    assert hers.resume(run.id).active
    end(11)
    with pytest.raises(
        RunError, match=r"has been trained for 0.5 hours, the most .* An instructor can resume it"
    ):
        hers.resume(run.id)
    lost = RunStore(tmp_path).resume(run.id, keep_place=True).record  # as the supervisor does
    assert lost is not None
    assert lost.hours_allowed == 0.5
    end(1)
    more = RunStore(tmp_path, user=TEACHER, limits=limits).resume(run.id).record
    assert more is not None
    assert more.hours_allowed is None


def test_a_run_that_is_known_to_take_too_long_is_not_begun() -> None:
    limits = Limits(9, 10**9, hours_per_run=4)
    check_hours(ADA, limits, 4 * 3600)
    check_hours(ADA, limits, None)
    check_hours(TEACHER, limits, 10**7)
    check_hours(None, limits, 10**7)
    with pytest.raises(
        RunError, match=r"takes about .* here, and a student.s run may be trained for 4 hours"
    ):
        check_hours(ADA, limits, 4 * 3600 + 1)


def test_the_quota_counts_ones_own_bytes(tmp_path: Path) -> None:
    store = RunStore(tmp_path, user=ADA, limits=Limits(9, 50_000))
    run = store.create(CONFIG)
    store.create(CONFIG)
    run.paths.checkpoint.mkdir()
    (run.paths.checkpoint / "epoch-0001.npz").write_bytes(bytes(60_000))
    with pytest.raises(RunError, match=r"Your runs take 0 MB on the disk, and 0 MB are allowed|Delete runs"):
        store.create(CONFIG)
    RunStore(tmp_path, user=BOB, limits=Limits(9, 50_000)).create(CONFIG)


def test_sizes_are_those_of_the_files_and_kept_for_ended_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path, user=ADA)
    run = store.create(CONFIG)
    (run.paths.folder / "link").symlink_to("/")
    store.request_stop(run.id)
    run.paths.log.write_bytes(bytes(1000))
    expected = sum(file.lstat().st_size for file in run.paths.folder.iterdir())
    assert folder_bytes(run.paths.folder) == expected
    assert bytes_by_owner(store.list()) == {ADA.id: expected}
    monkeypatch.setattr(
        "cifar_core.runs.disk_usage.folder_bytes", lambda folder: pytest.fail("measured again")
    )
    assert bytes_by_owner(store.list()) == {ADA.id: expected}
    monkeypatch.undo()
    (run.paths.folder / "more").write_bytes(bytes(500))
    assert bytes_by_owner(store.list())[ADA.id] == expected + 500


def test_a_logout_is_remembered_and_a_damaged_file_logs_everybody_out(tmp_path: Path) -> None:
    file = tmp_path / "logouts.json"
    logouts = Logouts(file)
    assert not logouts.is_void("ada@school.example", 5)
    logouts.add("ada@school.example", 10.5)
    assert logouts.is_void("ada@school.example", 9)
    assert not logouts.is_void("ada@school.example", 10)
    for number, damaged in enumerate(
        (
            "[" * 100_000,
            "[]",
            '{"ada@school.example": NaN}',
            '{"ada@school.example": 1e999, "bob@school.example": 3000}',
            '{"ada@school.example": true}',
            "\0",
            "",
        )
    ):
        written = 1000 + 10 * number
        file.write_text(damaged, encoding="utf-8")
        os.utime(file, (written, written))
        for person in ("ada@school.example", "cyd@school.example"):
            assert logouts.is_void(person, written - 1)
            assert not logouts.is_void(person, written)  # who logs in again is in
        logouts.add("bob@school.example", 4000)  # the file is whole again, and does not forget
        assert logouts.is_void("bob@school.example", 3999)
        assert logouts.is_void("cyd@school.example", written - 1)
        assert not logouts.is_void("cyd@school.example", written)
    file.write_text("", encoding="utf-8")
    os.utime(file, (9e9, 9e9))  # by a clock that was wrong
    assert not logouts.is_void("ada@school.example", time.time() + 1)
