"""Mistakes in catalogue entries, and between them."""

from __future__ import annotations

from tests.config.planting import METHOD, Planted, add, change

WORDS: list[Planted] = [
    change(
        "a form that is missing",
        "systems",
        "en: {name: Hub, of: the Hub, lost: you cannot prove who you are at your bank}",
        "en: ‸{name: Hub, of: the Hub}",
        "`lost` is missing",
    ),
    change(
        "a form that is empty",
        "systems",
        "pl: {name: Aplikacja, of: Aplikacji,",
        'pl: {name: ‸" ", of: Aplikacji,',
        "`name` is empty",
    ),
    change(
        "a form that does not exist",
        "audiences",
        "pl: {name: Lekarz, for: dla lekarza}",
        "pl: {name: Lekarz, for: dla lekarza, ‸fro: x}",
        "unknown key `fro`",
        "`for`",
    ),
    change(
        "a language that is missing",
        "preparations",
        "- id: start-app\n  pl: {do: uruchom Aplikację}\n  en: {do: start the App}\n",
        "- ‸id: start-app\n  pl: {do: uruchom Aplikację}\n",
        "the words in `en` are missing",
    ),
    change(
        "a full stop where the words go on",
        "tasks",
        "cannot: nie wydasz papieru}",
        "cannot: ‸nie wydasz papieru.}",
        "ends with a full stop",
    ),
    change(
        "a slip in a key of an entry",
        "systems",
        "operator: Urząd",
        "‸opreator: Urząd",
        "unknown key `opreator`",
        "`operator`",
    ),
    change(
        "a confidence that does not exist", "facts", "confidence: L", "confidence: ‸X", "cannot be `X`", "`L`"
    ),
    change("a day that is none", "facts", "2026-11-20", "‸wczoraj", "`wczoraj` is not a date"),
    change(
        "a text where true or false belongs",
        "facts",
        "disputed: true",
        'disputed: ‸"yes"',
        "where true or false is expected",
    ),
    change(
        "a list where a requirement belongs",
        "methods",
        "prepare: {any: [app, gate.login]}",
        "prepare: ‸[app, gate.login]",
        "`prepare` cannot be",
        "{all: […]}",
    ),
    change(
        "a standing that does not exist",
        "banks",
        "standing: unknown",
        "standing: ‸maybe",
        "`standing` cannot be `maybe`",
        "`unknown`",
    ),
    change(
        "a length of time that is none",
        "preparations",
        "lead: PT10M",
        "lead: ‸10 min",
        "is not a length of time",
        "PT10M",
    ),
    change(
        "a number that lost its quotes",
        "contacts",
        'value: "19 239"',
        "value: ‸19239",
        "is a number where text is expected",
        "quotes",
    ),
    add(
        "a bank's place that lost its quotes",
        "methods-place",
        "- id: place" + METHOD + "  needs: {all: [gate, {‸bank}]}\n",
        "unknown key `bank`",
        'write "{bank}" in quotes',
    ),
    add(
        "a need that was left empty",
        "methods-empty",
        "- id: empty" + METHOD + "  ‸needs:\n",
        "`needs`: is empty",
        "leave the key out",
    ),
]

UNKNOWN: list[Planted] = [
    change(
        "a system needs one that does not exist",
        "systems",
        "needs: [records]",
        "needs: [records, ‸recods]",
        "unknown system `recods`",
        "`records`",
    ),
    change(
        "a fact that does not exist",
        "methods",
        "preparations: [start-app]\n  facts: [F1]",
        "preparations: [start-app]\n  facts: [F1, ‸F9]",
        "unknown fact `F9`",
    ),
    add(
        "a fact without a source",
        "facts-sourceless",
        "- id: rumour\n  pl: {says: x}\n  en: {says: x}\n  confidence: L\n  verified: 2026-01-01\n  sources: ‸[]\n",
        "`sources` is empty",
    ),
    change(
        "a reference that does not exist",
        "facts",
        "  sources: [S1]\n  confidence: H",
        "  sources: [‸S7]\n  confidence: H",
        "unknown reference `S7`",
    ),
    change("a card that does not exist", "methods", "card: K1", "card: ‸K7", "unknown card `K7`"),
    add(
        "a preparation that does not exist",
        "methods-preparation",
        "- id: hasty" + METHOD + "  preparations: [‸start-ap]\n",
        "unknown preparation `start-ap`",
        "`start-app`",
    ),
    change(
        "an audience that does not exist",
        "tasks",
        "audiences: [patient]",
        "audiences: [patient, ‸pateint]",
        "unknown audience `pateint`",
        "`patient`",
    ),
    change(
        "a method that does not exist",
        "tasks",
        "{method: mobywatel, standing: if_prepared, facts: [F1]}",
        "{method: mobywatel}, {method: ‸mobywatle}",
        "unknown method `mobywatle`",
        "`mobywatel`",
    ),
    change(
        "a task through one that does not exist",
        "tasks",
        "{through: account-open, also",
        "{through: ‸account-opne, also",
        "unknown task `account-opne`",
        "`account-open`",
    ),
    change(
        "a contact that does not exist",
        "audiences",
        "contacts: [line]",
        "contacts: [line, ‸lien]",
        "unknown contact `lien`",
        "`line`",
    ),
    add(
        "a method that nobody uses", "methods-unused", "- id: ‸idle" + METHOD, "the method `idle` is not used"
    ),
    add(
        "a method that no bank offers",
        "methods-nobank",
        "- id: ‸nobank" + METHOD + '  per_bank: true\n  needs: "{bank}"\n',
        "no bank offers the method `nobank`",
    ),
    add(
        "a card that nobody shows",
        "cards-unused",
        "- id: ‸K9\n  pl: {title: x, steps: [x]}\n  en: {title: x, steps: [x]}\n",
        "the card `K9` is not used",
    ),
    add(
        "a preparation that nobody makes",
        "preparations-unused",
        "- id: ‸idle-prep\n  pl: {do: x}\n  en: {do: x}\n",
        "the preparation `idle-prep` is not used",
    ),
    add(
        "a contact that nobody gets",
        "contacts-unused",
        "- id: ‸idle-line\n  value: x\n  pl: {name: x, note: ''}\n  en: {name: x, note: ''}\n",
        "the contact `idle-line` is not used",
    ),
    add(
        "an audience with nothing to do",
        "audiences-unused",
        "- id: ‸idlers\n  pl: {name: x, for: x}\n  en: {name: x, for: x}\n",
        "the audience `idlers` is not used",
    ),
]
