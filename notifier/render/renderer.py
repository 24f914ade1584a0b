"""The door to all words: notices, advice, mails, alarms and pages, in every language there is a file for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import css_inline
from jinja2 import Template, TemplateError
from markupsafe import Markup

from notifier.model import Advice, Catalogue, Notice, Profile
from notifier.render.dates import plain
from notifier.render.environment import address, environment, words
from notifier.render.errors import RenderError
from notifier.render.lines import HOLE, Lines
from notifier.render.mails import (
    ahead_lines,
    contact_lines,
    in_order,
    own_links,
    sections,
    subject,
    subject_tail,
)
from notifier.render.person import Card, card
from notifier.render.phrases import languages, load_phrasebook
from notifier.render.prepare import Alarm, alarms
from notifier.render.told import ChatWords, LetterKind, MailWords, SiteWords, Told
from notifier.render.view import View
from notifier.render.views import at_of, view_advice, view_notice
from notifier.render.voice import Voice

EVERYBODY = Profile()


class Renderer:
    """Puts advice into words. Reads phrases and templates once; afterwards it depends on its arguments alone.

    Raises :class:`RenderError` where a phrase, a word of the catalogue or a template is missing or wrong.
    """

    def __init__(self, catalogue: Catalogue, templates: Path, site: SiteWords) -> None:
        self.catalogue = catalogue
        self.site = site
        self.languages = languages(templates / "words")
        self._books = {
            language: load_phrasebook(templates / "words", language) for language in self.languages
        }
        self._environment = environment(templates)
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)

    def notice(self, notice: Notice, language: str, profile: Profile = EVERYBODY) -> Told:
        """A notice in words, as on the day it is due."""
        voice = self._voice(language, notice.due)
        return self._told(voice, self._view_notice(voice, notice, profile))

    def advice(
        self, advice: Advice, language: str, profile: Profile = EVERYBODY, at: datetime | None = None
    ) -> Told:
        """Advice without an occasion; ``at`` is the moment of reading, ``None`` for a text read at any time."""
        voice = self._voice(language, at)
        return self._told(voice, self._view_advice(voice, advice, profile))

    def chat(self, notice: Notice, language: str, readers: Sequence[str] = ()) -> ChatWords:
        """A notice in a few lines that read well without any markup. ``readers``: the audiences it is for, if named."""
        voice = self._voice(language, notice.due)
        view = self._view_notice(voice, notice, EVERYBODY)
        named = voice.join([voice.audience(audience, "for") for audience in readers]) if readers else ""
        text = self._render("told/chat.txt.j2", voice, {"view": view, "readers": named})
        return ChatWords(plain(view.title), text.strip())

    def mail(
        self,
        notices: Sequence[Notice],
        language: str,
        profile: Profile = EVERYBODY,
        ahead: Sequence[Notice] = (),
        *,
        digest: bool = False,
    ) -> MailWords:
        """One mail for one or more notices, the most urgent first. Raises ``ValueError`` for none.

        ``digest`` says that it gathers the news since the last one; ``ahead`` are notices on windows that
        begin before the next one and are not among the news.
        """
        if not notices:
            raise ValueError("a mail needs a notice")
        voice = self._voice(language, at_of(notices))
        views = [(notice, self._view_notice(voice, notice, profile)) for notice in in_order(notices)]
        found = sections(voice, views, profile)
        line = plain(subject(voice, found, subject_tail(voice, notices, profile)))
        readers = dict.fromkeys(notice.key.audience for notice in in_order(notices))
        values: dict[str, object] = {
            "sections": found,
            "contacts": contact_lines([view for _, view in views]),
            "subject": line,
            "ahead": ahead_lines(voice, ahead),
            "digest": digest,
            "readers": voice.join([voice.audience(audience, "for") for audience in readers]),
            "own": own_links(self.site),
        }
        html = _charset_first(self._inliner.inline(self._render("mail/mail.html.j2", voice, values)))
        return MailWords(line, self._render("mail/mail.txt.j2", voice, values), html)

    def letter(
        self, kind: LetterKind, language: str, at: datetime, *, link: str, until: datetime
    ) -> MailWords:
        """A mail about the subscription itself; ``link`` is what to open, ``until`` how long that helps."""
        voice = self._voice(language, at)
        line = plain(voice.say(f"letter-{kind}-subject", name=self.site.name))
        letter = {"kind": kind.value, "link": link, "until": until}
        values: dict[str, object] = {"letter": letter, "subject": line}
        html = _charset_first(self._inliner.inline(self._render("mail/letter.html.j2", voice, values)))
        return MailWords(line, self._render("mail/letter.txt.j2", voice, values), html)

    def alarms(self, advice: Advice, language: str) -> tuple[Alarm, ...]:
        """When a calendar should ring for preparations that an outage will make impossible."""
        return tuple(alarms(self._voice(language, advice.window.start), advice))

    def feed_words(self, audience: str, language: str) -> tuple[str, str]:
        """Title and description of the feeds and the calendar of an audience."""
        voice = self._voice(language, None)
        values = {"name": self.site.name, "audience": voice.audience(audience, "for")}
        return voice.say("feed-title", **values), voice.say("feed-description", **values)

    def card(self, told: Advice | Notice, language: str) -> Card:
        """A notice or an advice in words, with a hole for what it means to one person."""
        voice = self._voice(language, told.due if isinstance(told, Notice) else None)
        window = told.key.window if isinstance(told, Notice) else told.window.id
        return card(voice, told, self._lay, self._address(voice, window))

    def lines(self, language: str) -> Lines:
        """What windows mean to one person, line by line."""
        return Lines(self._voice(language, None))

    def page(self, template: str, language: str, *, at: datetime | None = None, **values: object) -> str:
        """Any template with the names of the package at hand, and ``values`` on top."""
        voice = self._voice(language, at)
        return self._render(template, voice, values)

    def _voice(self, language: str, at: datetime | None) -> Voice:
        if language not in self._books:
            raise RenderError(language, f"{language}.yaml", "no such language")
        return Voice(self.catalogue, self._books[language], at)

    def _view_notice(self, voice: Voice, notice: Notice, profile: Profile) -> View:
        return view_notice(voice, notice, profile, self._address(voice, notice.key.window))

    def _view_advice(self, voice: Voice, advice: Advice, profile: Profile) -> View:
        return view_advice(voice, advice, profile, self._address(voice, advice.window.id))

    def _address(self, voice: Voice, window: str) -> str:
        return address(self.site, self.languages, voice.language, f"windows/{window}/")

    def _told(self, voice: Voice, view: View) -> Told:
        categories = (voice.say(f"severity-{view.severity}"), view.state)
        return Told(
            title=plain(view.title),
            lead=plain(view.summary),
            text=self._render("told/told.txt.j2", voice, {"view": view}),
            html=self._render("told/told.html.j2", voice, {"view": view}),
            categories=categories,
        )

    def _render(self, name: str, voice: Voice, values: Mapping[str, object]) -> str:
        names = dict(
            words(voice, self.site, self.languages), told=self._teller(voice), view=self._viewer(voice)
        )
        names.update(values)
        try:
            text = self._template(name).render(names)
        except TemplateError as error:
            raise RenderError(voice.language, name, str(error)) from error
        return text if name.endswith(".html.j2") else plain(text)

    def _lay(self, name: str, voice: Voice, view: View) -> str:
        return self._render(name, voice, {"view": view, "hole": HOLE})

    def _template(self, name: str) -> Template:
        return self._environment.get_template(name)

    def _viewer(self, voice: Voice) -> Callable[..., View]:
        def view(what: Advice | Notice, profile: Profile = EVERYBODY) -> View:
            if isinstance(what, Notice):
                return self._view_notice(voice, what, profile)
            return self._view_advice(voice, what, profile)

        return view

    def _teller(self, voice: Voice) -> Callable[..., Told]:
        def told(what: Advice | Notice, profile: Profile = EVERYBODY) -> Told:
            words = self._told(voice, self._viewer(voice)(what, profile))
            return replace(words, html=Markup(words.html))

        return told


def _charset_first(html: str) -> str:
    """The style block, which the inliner puts first, at the end of the head.

    HTML wants the character set within its first 1024 bytes, for readers who open the file without the mail.
    """
    before, opened, rest = html.partition("<head>")
    style, closed, after = rest.partition("</style>")
    if not style.startswith("<style>"):
        return html
    return f"{before}{opened}{after.replace('</head>', f'{style}{closed}</head>', 1)}"
