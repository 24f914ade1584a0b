"""Mistakes in settings, subscribers, templates and phrases."""

from __future__ import annotations

from tests.config.planting import Planted, edit, new_file


def person(sentence: str, old: str, new: str, what: str, remedy: str = "") -> Planted:
    return edit(sentence, "config/subscribers.yaml", old, new, what, remedy)


def setting(sentence: str, old: str, new: str, what: str, remedy: str = "") -> Planted:
    return edit(sentence, "config/notifier.toml", old, new, what, remedy)


def home(sentence: str, old: str, new: str, what: str, remedy: str = "") -> Planted:
    return edit(sentence, "templates/pages/home.html.j2", old, new, what, remedy)


def phrase(sentence: str, language: str, old: str, new: str, what: str, remedy: str = "") -> Planted:
    return edit(sentence, f"templates/words/{language}.yaml", old, new, what, remedy)


PEOPLE: list[Planted] = [
    person(
        "an address that is none", "email: jan@example.org", "email: ‸jan.example.org", "not a mail address"
    ),
    person(
        "somebody of an unknown audience",
        "audiences: [doctor, patient]",
        "audiences: [‸docter, patient]",
        "unknown audience `docter`",
        "`doctor`",
    ),
    person("somebody who reads another language", "language: en", "language: ‸de", "unknown language `de`"),
    person(
        "an occasion that does not exist",
        "occasions: [started, ended]",
        "occasions: [started, ‸endet]",
        "unknown occasion `endet`",
        "`ended`",
    ),
    person(
        "a method that is not per bank, at a bank",
        "mobywatel]",
        '‸"mobywatel:bank.jeden"]',
        "`mobywatel` is not per bank",
    ),
    person(
        "a bank nobody knows",
        "systems: [bank.jeden]",
        "systems: [‸bank.jeden2]",
        "unknown system `bank.jeden2`",
        "`bank.jeden`",
    ),
]

SETTINGS: list[Planted] = [
    setting("a setting that does not exist", 'name = "P', '‸nmae = "P', "unknown key `nmae`", "`name`"),
    setting("a site that is none", 'base_url = "https', '‸base_url = "ftp', "is no web address", "https://"),
    setting(
        "a password in the settings",
        "[mail]",
        '[mail]\n‸password = "x"',
        "unknown key `password`",
        "$CREDENTIALS_DIRECTORY",
    ),
    setting(
        "a number in quotes", "connections = 2", '‸connections = "2"', "where a whole number is expected"
    ),
    setting(
        "hours that are none",
        'quiet_hours = "22:00-07:00"',
        '‸quiet_hours = "22-7"',
        "`quiet_hours`: `22-7` is not a stretch of the day",
    ),
    setting(
        "a lead time that is none",
        'doctor = ["14d", "24h"]',
        '‸doctor = ["14 days"]',
        "`14 days` is not a length of time",
        '"7d"',
    ),
    setting(
        "reminders for nobody",
        "[schedule.reminders]",
        '[schedule.reminders]\n‸docotr = ["1d"]',
        "unknown audience `docotr`",
        "`doctor`",
    ),
    setting("a value without quotes", "[site]", "[site]\ncontact = ‸anna", "not a value", "quotes"),
]

TEMPLATES: list[Planted] = [
    home(
        "a name that is not defined", "<h1>{{ heading", "<h1>{{ ‸headign", "the name `headign` is not defined"
    ),
    home(
        "a loop's name behind the loop",
        "{% endfor %}",
        "{% endfor %}\n{{ ‸item.title }}",
        "the name `item` is not defined",
    ),
    home(
        "a phrase that does not exist",
        '{{ say("hours", n=items | length) }}',
        '{{ say(‸"huors", n=items | length) }}',
        "there is no phrase `huors`",
        "`hours`",
    ),
    home(
        "a phrase that gets too little",
        'say("greeting", name=site.name)',
        'say(‸"greeting")',
        "the phrase `greeting` gets no `name`",
    ),
    edit(
        "a filter that does not exist",
        "templates/pages/parts.html.j2",
        "{{ item.title }}",
        "{{ item.title | ‸uper }}",
        "there is no filter `uper`",
        "`upper`",
    ),
    new_file(
        "a template that does not exist",
        "templates/pages/include.html.j2",
        '\n{% include ‸"pages/prats.html.j2" %}\n',
        "there is no template `pages/prats.html.j2`",
        "parts",
    ),
    new_file("a tag not closed", "templates/pages/open.html.j2", "<p>\n  ‸{% if x %}\n", "not a template"),
    new_file("a brace not closed", "templates/pages/brace.txt.j2", "{{ ‸x\n", "not a template"),
    phrase(
        "a plural form that is missing",
        "pl",
        'hours: {one: "{n} godzina", few: "{n} godziny", many: "{n} godzin", ',
        'hours: ‸{one: "{n} godzina", few: "{n} godziny", ',
        "no `many`",
    ),
    phrase(
        "a plural form of another language",
        "en",
        'hours: {one: "{n} hour",',
        'hours: {one: "{n} hour", ‸few: "{n} hours",',
        "the form `few`, which `en` has not",
    ),
    phrase(
        "a phrase that another language lacks",
        "pl",
        "state-up: działa",
        "state-up: działa\n‸state-maybe: może",
        "the key `state-maybe` is missing in `en`",
    ),
    phrase(
        "a place that another language has not",
        "en",
        'greeting: "Hello {name}"',
        '‸greeting: "Hello {person}"',
        "`greeting` has the place {person}",
    ),
    phrase("a brace in a phrase", "en-more", "state-up: up", 'state-up: ‸"up }"', "Single '}'"),
    phrase(
        "a phrase twice",
        "en-more",
        "state-down: down",
        "state-down: down\n‸state-down: off",
        "the key `state-down` is here twice",
        "line 2",
    ),
    phrase(
        "a phrase in two files",
        "en",
        "weekday: [Mon, Tue, Wed]",
        "weekday: [Mon, Tue, Wed]\n‸state-up: running",
        "the key `state-up` is here twice",
        "en-more.yaml:1",
    ),
    phrase(
        "a phrase nobody says",
        "pl",
        "weekday:",
        "‸idle-phrase: x\nweekday:",
        "the phrase `idle-phrase` is not used",
    ),
    new_file("words in no language", "templates/words/zz.yaml", "a: b\n", "`zz` is no language"),
]
