"""One reading of everything: all files, all checks, all problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from notifier.config.assembly import assemble
from notifier.config.coherence import Coherence
from notifier.config.cycles import check_cycles
from notifier.config.folders import check_names
from notifier.config.inputfile import InputFile, fingerprint
from notifier.config.known import Known
from notifier.config.phrasefiles import all_keys, check_unused, compare, read_phrases
from notifier.config.places import default_templates
from notifier.config.references import References
from notifier.config.report import START, Report
from notifier.config.secrets import CHAT_FILE, HOOK_FILE, find_receiver_secrets, find_secrets
from notifier.config.settings import Settings
from notifier.config.settingsfile import SettingsFile
from notifier.config.sheets import read_sheets
from notifier.config.sources import SourceSpec, read_sources
from notifier.config.subscribers import SubscriberSpec, read_subscribers
from notifier.config.templates import check_templates
from notifier.config.windows import read_windows
from notifier.model import Catalogue, InputProblems, Problem, Window

NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the operator has written, read and found good.

    ``read_at_fingerprint`` is a digest of names and bytes of all files: equal digests, equal input.
    """

    root: Path
    templates: Path
    settings: Settings
    catalogue: Catalogue = field(repr=False)
    windows: tuple[Window, ...] = field(repr=False)
    subscribers: tuple[SubscriberSpec, ...] = field(repr=False)
    read_at_fingerprint: str
    sources: tuple[SourceSpec, ...] = field(default=(), repr=False)


def load(
    root: Path,
    templates: Path | None = None,
    environ: Mapping[str, str] = NO_ENVIRONMENT,
    *,
    template_names: frozenset[str] | None = None,
    code_keys: frozenset[str] | None = None,
) -> Config:
    """Read ``root`` (notifier.toml, catalogue, windows, subscribers, sources) and the templates.

    ``templates`` defaults to those that travel with the program. ``template_names`` are the names that
    the renderer gives to templates, ``code_keys`` the phrases that code says; without them, undefined
    names and unused phrases are not looked for. Raises :class:`InputProblems` with all problems.
    """
    report = Report()
    folder = default_templates() if templates is None else templates
    if not root.is_dir():
        report.add(
            str(root), START, "there is no such folder", "say where the configuration is: --config DIR"
        )
        raise InputProblems(report.problems)
    check_names(root, report)
    settings_file = SettingsFile(root, environ, report)
    settings = settings_file.settings
    languages = settings.site.languages
    find_secrets(environ, report)
    find_receiver_secrets(environ, HOOK_FILE, [hook.id for hook in settings.webhooks], report)
    find_receiver_secrets(environ, CHAT_FILE, [chat.id for chat in settings.chats], report)
    files: list[InputFile] = [settings_file.file] if settings_file.file else []

    sheets, read = read_sheets(root / "catalogue", languages, report)
    files += read
    References(sheets, report).check()
    Coherence(sheets, report).check()
    check_cycles(sheets, report)
    settings_file.check_audiences(sheets)
    settings_file.check_receivers(sheets)
    windows, read = read_windows(root / "windows", sheets, report)
    files += read
    subscribers, read = read_subscribers(root, Known.in_sheets(sheets, languages), report)
    files += read
    sources, read = read_sources(root, sheets, report)
    files += read
    files += _check_words(folder, languages, template_names, code_keys, report)
    if report.problems:
        raise InputProblems(report.problems)
    return Config(
        root,
        folder,
        settings,
        assemble(sheets, languages),
        windows,
        subscribers,
        fingerprint(files, root),
        sources,
    )


def check(
    root: Path,
    templates: Path | None = None,
    environ: Mapping[str, str] = NO_ENVIRONMENT,
    *,
    template_names: frozenset[str] | None = None,
    code_keys: frozenset[str] | None = None,
) -> list[Problem]:
    """The problems that :func:`load` would raise, in the order of files and lines; none if all is well."""
    try:
        load(root, templates, environ, template_names=template_names, code_keys=code_keys)
    except InputProblems as problems:
        return list(problems.problems)
    return []


def _check_words(
    folder: Path,
    languages: tuple[str, ...],
    template_names: frozenset[str] | None,
    code_keys: frozenset[str] | None,
    report: Report,
) -> list[InputFile]:
    """Templates and phrases, against each other."""
    if not folder.is_dir():
        report.add(str(folder), START, "there is no such folder", "the templates belong there")
        return []
    books, phrase_files = read_phrases(folder / "words", languages, report)
    compare(books, report)
    blind = any(book.blind for book in books.values())
    keys = None if blind else all_keys(books)
    said, template_files = check_templates(folder, template_names, keys, report)
    if code_keys is not None:
        check_unused(books, said.keys | code_keys, said.prefixes, report)
    return [*phrase_files, *template_files]
