"""Mistakes in bytes, YAML and names of files."""

from __future__ import annotations

from notifier.config.inputfile import MAX_BYTES
from tests.config.planting import REST, WINDOWS_DIR, Planted, new_file

TWENTY_MEGABYTES = 20 * 1024 * 1024
BOMB = "- &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"- &{one} [{', '.join([f'*{other}'] * 9)}]\n" for other, one in ("ab", "bc", "cd", "de", "ef")
)


def in_windows(sentence: str, name: str, content: str | bytes, what: str, remedy: str = "") -> Planted:
    return new_file(sentence, f"{WINDOWS_DIR}{name}.yaml", content, what, remedy)


BYTES: list[Planted] = [
    in_windows(
        "one key in the wrong column",
        "indent",
        "- id: indent\n   systems‸: [gate]\n",
        "a `:` where no key can stand",
        "into one column",
    ),
    in_windows("a tab", "tab", "- id: tab\n‸\tsystems: [gate]\n", "a tab in the indentation", "use spaces"),
    in_windows(
        "an entry further right than the others",
        "right",
        "- id: right\n" + REST + " ‸- id: right-2\n",
        "wrong indentation",
    ),
    in_windows(
        "a file cut off within a key",
        "cut",
        "- id: cut\n  systems: [gate]\n  ‸sta",
        "a line that is not `key: value`",
        "cut off",
    ),
    in_windows(
        "a file in Windows-1250",
        "cp1250",
        b"# " + "‸".encode() + "żółw\n".encode("cp1250"),
        "is not UTF-8: byte 0xbf",
        "Windows-1250",
    ),
    in_windows("a file in UTF-16", "utf16", "- id: x\n".encode("utf-16"), "is UTF-16", "UTF-8"),
    in_windows(
        "a byte order mark", "bom", "\ufeff# nothing\n", "begins with a byte order mark", "without BOM"
    ),
    in_windows("a NUL byte", "nul", "# a‸\0b\n", "a NUL byte", "remove"),
    in_windows(
        "a control character by an escape",
        "escape",
        "- id: escape\n" + REST + '  note: ‸"a\\0b"\n',
        "control character U+0000",
    ),
    in_windows(
        "an escape that does not exist",
        "badescape",
        '- id: badescape\n  note: ‸"\\q"\n',
        "an escape that YAML does not know",
    ),
    in_windows(
        "a character that does not exist",
        "beyond",
        '- id: beyond\n  note: "x‸\\U00110000"\n',
        "no character has the number 00110000",
    ),
    in_windows(
        "pictures instead of text",
        "binary",
        b"\x89PNG\x01\x02\x03\x04\x05" + "‸".encode() + b"\x06\x0e\x0f",
        "8 unprintable characters",
    ),
    in_windows(
        "a file of 20 MB",
        "huge",
        b"# x\n" * (TWENTY_MEGABYTES // 4),
        f"is too big: {TWENTY_MEGABYTES:,} bytes",
        f"{MAX_BYTES:,}",
    ),
    in_windows(
        "aliases that unfold without end",
        "bomb",
        BOMB.replace("*e", "‸*e", 1),
        "aliases unfold to more than 100,000 values",
    ),
    in_windows("an alias within what it names", "circle", "- &a [‸*a]\n", "contains itself"),
    in_windows("an alias of nothing", "alias", "- ‸*nobody\n", "nothing is called `&nobody`"),
    in_windows(
        "lists in lists without end",
        "deep",
        "- " + "[" * 39 + "‸[" + "]" * 40,
        "nested more than 40 deep",
    ),
    in_windows("a tag", "tag", "- id: tag\n" + REST + "  note: ‸!!str x\n", "the tag"),
    in_windows("a directive", "directive", "%YAML 1.1\n‸---\n- id: directive\n" + REST, "a YAML directive"),
    in_windows(
        "a second document", "second", "- id: second\n" + REST + "‸---\n- id: third\n", "a second document"
    ),
    in_windows("a key that is a list", "key", "- ? ‸[a]\n  : b\n", "a key that is not text"),
    new_file("another ending of the name", WINDOWS_DIR + "more.yml", "- id: x\n", "is not read", ".yaml"),
    new_file(
        "a kind that does not exist",
        "config/catalogue/system.yaml",
        "- id: x\n",
        "`system` is no kind of catalogue entry",
        "`systems`",
    ),
    new_file("a file beside those read", "config/subscriber.yaml", "", "is not read", "`subscribers.yaml`"),
]
