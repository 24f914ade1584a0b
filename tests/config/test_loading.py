"""A good configuration becomes the model; what is written comes out as it was meant."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from notifier.config import Config, check, default_config, default_templates, load
from notifier.model import (
    BANK,
    NOTHING,
    AllOf,
    AnyOf,
    Impact,
    InputProblems,
    Needs,
    QuietHours,
    Source,
    Status,
    Verdict,
    Window,
)
from tests.config.planting import GOOD, copy_of_good


@pytest.fixture(scope="module")
def good() -> Config:
    return load(GOOD / "config", GOOD / "templates")


def test_banks_are_systems_too(good: Config) -> None:
    catalogue = good.catalogue
    assert list(catalogue.systems) == [
        "gate", "gate.login", "hub", "app", "account", "records", "bank.jeden", "bank.dwa",
    ]  # fmt: skip
    assert catalogue.systems["bank.jeden"].say("pl", "of") == "Banku Jeden"
    assert catalogue.systems["bank.jeden"].aliases == ("Jeden",)
    assert catalogue.name("bank.jeden", "en") == "Bank One"


def test_needs_of_systems_are_left_to_the_engine(good: Config) -> None:
    assert good.catalogue.systems["account"].needs == ("records",)
    assert good.catalogue.tasks["account-open"].needs == AllOf((Needs("gate.login"), Needs("account")))


def test_requirements_keep_their_form(good: Config) -> None:
    methods = good.catalogue.methods
    assert methods["mojeid"].needs == AllOf((Needs("gate"), Needs("hub"), Needs(BANK)))
    assert methods["mobywatel"].prepare == AnyOf((Needs("app"), Needs("gate.login")))
    assert methods["paper"].needs == NOTHING
    assert methods["paper"].prepare is None
    assert methods["paper"].everyone
    service = good.catalogue.banks["bank.dwa"].services["mojeid"]
    assert service.standing is Verdict.UNKNOWN
    assert service.needs == Needs("hub", certain=False)
    assert service.replaces == ("hub",)


def test_a_task_through_another_takes_its_methods_and_needs(good: Config) -> None:
    enter, give = good.catalogue.tasks["paper-give"].steps
    assert [use.method for use in enter.uses] == ["mojeid", "mobywatel"]
    for use in enter.uses:
        assert use.also == AllOf((Needs("app"), Needs("gate.login"), Needs("account")))
        assert use.standing is Verdict.DEGRADED
    assert enter.uses[1].facts == ("F1", "F2")
    assert [use.method for use in give.uses] == ["paper"]


def test_windows_are_in_utc_with_all_they_have(good: Config) -> None:
    first, second, third = good.windows
    assert first == Window(
        "gate-2024-01-19",
        ("gate",),
        datetime(2024, 1, 19, 19, tzinfo=UTC),
        datetime(2024, 1, 20, 15, tzinfo=UTC),
        Status.CONFIRMED,
        Impact.OUTAGE,
        Source("Urząd", "https://urzad.example.org/", datetime(2024, 1, 11, 23, tzinfo=UTC)),
        "długa noc",
    )
    assert second.end is None
    assert (second.status, second.impact) == (Status.TENTATIVE, Impact.DEGRADED)
    assert third.start == datetime(2025, 5, 31, 23, 0, 30, tzinfo=UTC)
    assert third.source == Source("")


def test_settings_come_from_the_file_and_the_rest_are_defaults(good: Config) -> None:
    settings = good.settings
    assert settings.site.base_url == "https://przerwy.example.org"
    assert settings.mail.connections == 2
    assert settings.schedule.quiet_hours == QuietHours(time(22), time(7))
    assert settings.schedule.reminders["doctor"] == (timedelta(days=14), timedelta(days=1))
    assert settings.schedule.reminders["default"] == (
        timedelta(days=7),
        timedelta(days=1),
        timedelta(hours=2),
    )
    assert settings.web.listen == "127.0.0.1:8080"


def test_subscribers_are_read_and_never_show_their_address(good: Config) -> None:
    anna, jan = good.subscribers
    assert anna.email == "anna@example.org"
    assert anna.have == ("mojeid:bank.jeden", "mobywatel")
    assert jan.occasions == ("started", "ended")
    assert "example.org" not in repr(good.subscribers)
    assert "@" not in repr(good).replace("powiadomienia@localhost", "")


def test_the_fingerprint_changes_with_any_byte_and_any_name(tmp_path: Path) -> None:
    copy = copy_of_good(tmp_path)

    def fingerprint() -> str:
        return load(copy / "config", copy / "templates").read_at_fingerprint

    first = fingerprint()
    assert fingerprint() == first
    windows = copy / "config/windows/2025.yaml"
    windows.write_bytes(windows.read_bytes() + b"# a remark\n")
    second = fingerprint()
    windows.rename(windows.with_name("2026.yaml"))
    third = fingerprint()
    template = copy / "templates/pages/home.html.j2"
    template.write_bytes(template.read_bytes() + b"\n")
    assert len({first, second, third, fingerprint()}) == 4


def test_empty_files_are_empty_lists(tmp_path: Path) -> None:
    copy = copy_of_good(tmp_path)
    for path in (copy / "config/windows").iterdir():
        path.write_text("")
    (copy / "config/subscribers.yaml").write_text("# nobody\n")
    (copy / "config/notifier.toml").write_text("")
    config = load(copy / "config", copy / "templates")
    assert config.windows == ()
    assert config.subscribers == ()


def test_windows_subscribers_and_settings_may_be_missing(tmp_path: Path) -> None:
    copy = copy_of_good(tmp_path)
    for path in (copy / "config/windows").iterdir():
        path.unlink()
    (copy / "config/windows").rmdir()
    (copy / "config/subscribers.yaml").unlink()
    (copy / "config/notifier.toml").unlink()
    assert check(copy / "config", copy / "templates") == []


@pytest.mark.parametrize("folder", ["config", "config/catalogue", "templates"])
def test_a_folder_that_is_missing_is_named(tmp_path: Path, folder: str) -> None:
    copy = copy_of_good(tmp_path)
    (copy / folder).rename(copy / "elsewhere")
    with pytest.raises(InputProblems) as caught:
        load(copy / "config", copy / "templates")
    assert str(copy / folder) in {problem.file for problem in caught.value.problems}


def test_entries_of_one_kind_may_stand_in_several_files(tmp_path: Path) -> None:
    copy = copy_of_good(tmp_path)
    catalogue = copy / "config/catalogue"
    text = (catalogue / "cards.yaml").read_text()
    first, second = text.split("- id: K2")
    (catalogue / "cards.yaml").write_text(first)
    (catalogue / "cards-more.yaml").write_text(f"- id: K2{second}")
    assert set(load(copy / "config", copy / "templates").catalogue.cards) == {"K1", "K2"}


def test_another_language_may_be_prepared_ahead(tmp_path: Path) -> None:
    copy = copy_of_good(tmp_path)
    path = copy / "config/catalogue/preparations.yaml"
    path.write_text(path.read_text() + "  uk: {do: запустіть Застосунок}\n")
    config = load(copy / "config", copy / "templates")
    assert config.catalogue.preparations["start-app"].say("uk", "do") == "запустіть Застосунок"


def test_only_the_configured_languages_are_required(tmp_path: Path) -> None:
    copy = copy_of_good(tmp_path)
    path = copy / "config/catalogue/preparations.yaml"
    path.write_text(path.read_text().replace("  en: {do: start the App}\n", ""))
    (copy / "config/subscribers.yaml").unlink()
    environ = {"NOTIFIER_SITE__LANGUAGES": "pl"}
    assert check(copy / "config", copy / "templates", environ) == []
    assert load(copy / "config", copy / "templates", environ).catalogue.languages == ("pl",)


def test_an_unreadable_file_brings_no_complaints_about_what_it_held(tmp_path: Path) -> None:
    copy = copy_of_good(tmp_path)
    (copy / "config/catalogue/facts.yaml").write_bytes(b"\0\1\2\3\4\5\6\7")
    files = {problem.file for problem in check(copy / "config", copy / "templates")}
    assert files == {str(copy / "config/catalogue/facts.yaml")}


def test_what_travels_with_the_program_is_there() -> None:
    assert (default_templates() / "words").is_dir()
    assert (default_config() / "catalogue").is_dir()
