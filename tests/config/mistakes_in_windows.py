"""Mistakes in the windows written by hand."""

from __future__ import annotations

from tests.config.planting import REST, WINDOWS_DIR, Planted, new_file, window

TIMES: list[Planted] = [
    window("the end is before the start", "ends before it starts", "day", end="‸2024-05-01 19:00"),
    window("start and end are the same", "has no length", end="‸2024-05-01T18:00Z"),
    window("only a time of day", "`20:00` is only a time of day", "put the day before it", start="‸20:00"),
    window("only a day", "`2024-05-01` has no time of day", "2024-05-01 20:00", start="‸2024-05-01"),
    window(
        "a local time that spring jumps over",
        "does not exist",
        "2024-03-31T02:30+01:00",
        start="‸2024-03-31 02:30",
    ),
    window(
        "the other offset of a time that spring jumps over",
        "does not exist",
        "2024-03-31T02:10:05+02:00",
        start="‸2024-03-31 02:10:05",
    ),
    window(
        "a local time that autumn has twice",
        "occurs twice",
        "2024-10-27T02:30+02:00",
        start="‸2024-10-27 02:30",
        end="unknown",
    ),
    window(
        "the second of a time that autumn has twice",
        "occurs twice",
        "2024-10-27T02:31+01:00",
        end="‸2024-10-27 02:31",
    ),
    window("a day that is not in the calendar", "there is no day 2024-02-30", start="‸2024-02-30 20:00"),
    window("a month that is not in the calendar", "there is no day 2024-13-01", start="‸2024-13-01 20:00"),
    window("twenty-five o'clock", "no such time of day", "hours go to 23", start="‸2024-05-01 25:00"),
    window("24:00", "a day ends at 24:00", "2024-05-02 00:00", end="‸2024-05-01 24:00"),
    window(
        "the Polish way to write a date",
        "not a date of the form",
        "write 2024-05-01 20:00",
        start="‸01.05.2024 20:00",
    ),
    window("a year of the last century", "the year 1924", start="‸1924-05-01 20:00"),
    window(
        "an offset that is nowhere on earth",
        "no offset +25:00",
        "+01:00 in winter",
        start="‸2024-05-01T20:00+25:00",
    ),
    window("words where a time belongs", "`wieczorem` is not a time", start="‸wieczorem"),
    window("a number where a time belongs", "is not a time", start="‸2024"),
    window("an end that was left empty", "`end`: is empty", "`unknown`", end="", note="x\n  ‸end:"),
    window(
        "a day of publication that does not exist",
        "no day 2024-02-31",
        source="{name: U, published: ‸2024-02-31}",
    ),
]

WINDOWS: list[Planted] = [
    window("a slip in the id of a system", "unknown system `gaet`", "`gate`", systems="[‸gaet]"),
    window("a bank that is not listed", "unknown system `bank.unknown`", systems="[hub, ‸bank.unknown]"),
    window(
        "a child of a known system that is not listed",
        "unknown system `gate.lgn`",
        "`gate.login`",
        systems="[‸gate.lgn]",
    ),
    window("a system named twice", "`hub` is here twice", systems="[hub, ‸hub]"),
    window("one system without a list", "is text where a list is expected", '["gate"]', systems="‸gate"),
    window("no system at all", "`systems` is empty", systems="‸[]"),
    window("a slip in the status", "`status` cannot be `confrimed`", "`confirmed`", status="‸confrimed"),
    window("an impact that does not exist", "`impact` cannot be `total`", "`outage`", impact="‸total"),
    window("a slip in a key", "unknown key `sttus`", "`status`", note="x\n  ‸sttus: confirmed"),
    window("a slip in a key further in", "unknown key `urls`", "`url`", source="{name: U, ‸urls: x}"),
    window("a key twice", "the key `note` is here twice", "line 5", note="x\n  ‸note: y"),
    window("a key twice, of three", "the key `note` is here twice", note="x\n  note: y\n  ‸note: z"),
    window("an id with a blank", "cannot be an id", "a-z", id="‸Przerwa 1"),
    window("an id that is too long", "cannot be an id", "64", id="‸" + "x" * 65),
    window("an id that is a number", "is a number where text is expected", "quotes", id="‸2024"),
    window("a source that is only a name", "is text where a mapping is expected", source="‸COI"),
    window("a source without a name", "`name` is missing", "add `name: …`", source="‸{url: x}"),
    window("a source that was left empty", "`source`: is empty", note="x\n  ‸source:"),
    window("a note with a colon", "a `:` where no key can stand", "quote", note="uwaga‸: znowu"),
    window("a note that opens a quotation", "a quotation mark that is not closed", note='‸"otwarte'),
    window("a list that is not closed", "a `[` whose list is not closed", "]", systems="‸[gate"),
    new_file(
        "an id that another file has",
        WINDOWS_DIR + "twin.yaml",
        "- id: ‸gate-2024-01-19\n" + REST,
        "the id `gate-2024-01-19` is taken",
        "2024.yaml:2",
    ),
    new_file(
        "an entry without start",
        WINDOWS_DIR + "nostart.yaml",
        "- ‸id: nostart\n  systems: [gate]\n",
        "`start` is missing",
    ),
    new_file(
        "an entry without id",
        WINDOWS_DIR + "noid.yaml",
        "- ‸systems: [gate]\n  start: 2024-05-01 20:00\n",
        "`id` is missing",
    ),
    new_file(
        "an entry that is only text",
        WINDOWS_DIR + "text.yaml",
        "- ‸przerwa\n",
        "is text where a mapping is expected",
    ),
    new_file(
        "an empty entry",
        WINDOWS_DIR + "dash.yaml",
        "-‸\n- id: fine-dash\n" + REST,
        "is empty where a mapping is expected",
    ),
    new_file(
        "an entry that is no list",
        WINDOWS_DIR + "nolist.yaml",
        "‸id: nolist\nsystems: [gate]\n",
        "where a list of entries is expected",
        "`- `",
    ),
]
