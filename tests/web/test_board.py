"""What works for one audience from a moment on, the picture of it, and when a page is old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifier.model import Status, Verdict
from notifier.web import SiteFacts, build_site
from notifier.web.answering import choices, lengths
from notifier.web.board import Board, Boards, TaskBoard
from notifier.web.pages import ANSWERED, OLD_AFTER, alone, fresh_until, home, shown
from notifier.web.picture import MARGIN, pictures
from notifier.web.qr import qr_code
from notifier.web.sheet import sheet
from notifier.web.timeline import timeline
from tests.web.small import (
    ALFA,
    BASE,
    CATALOGUE,
    JANUARY,
    OFF_CANCELLED,
    P1,
    PZ,
    at,
    editions,
    facts,
    renderer,
    window,
)

YES, NO, READY, UNKNOWN = Verdict.USABLE, Verdict.UNUSABLE, Verdict.IF_PREPARED, Verdict.UNKNOWN


def rows_of(given: SiteFacts):
    found = (shown(each, given.at) for each in given.windows)
    return sorted(found, key=lambda row: (row.window.start, row.window.id))


def board(given: SiteFacts, audience: str = "patient") -> Board:
    readers = {each.audience: each.rows for each in home(rows_of(given), given.audiences).readers}
    return Boards(CATALOGUE, {"F1"}).board(audience, readers[audience], given.at)


def task(found: Board, name: str) -> TaskBoard:
    return next(each for each in found if each.task == name)


def stands(found: TaskBoard) -> dict[tuple[str, tuple[str, ...]], list[Verdict]]:
    return {(way.method, way.banks): [cell.verdict for cell in way.cells] for way in found.ways}


def times(found: TaskBoard) -> list[tuple[object, object, bool]]:
    return [(piece.interval.start, piece.interval.end, piece.calm) for piece in found.pieces]


def test_during_an_outage_the_first_piece_is_now_and_what_comes_stands_behind_it():
    found = task(board(facts("20 11:32", *JANUARY)), "ikp")
    assert times(found) == [
        (PZ.start, PZ.end, False),
        (ALFA.start, ALFA.end, False),
        (P1.start, P1.end, False),
    ]
    assert [piece.now for piece in found.pieces] == [True, False, False]
    assert stands(found)["pz-sms", ()] == [NO, YES, UNKNOWN]
    assert stands(found)["app", ()] == [READY, YES, UNKNOWN]
    assert stands(found)["mojeid", ("bank.alfa",)] == [YES, NO, UNKNOWN]
    assert stands(found)["mojeid", ("bank.gama",)] == [UNKNOWN, UNKNOWN, UNKNOWN]


def test_before_an_outage_now_is_as_on_any_day_and_says_until_when():
    found = task(board(facts("18 11:32", *JANUARY)), "ikp")
    first = found.pieces[0]
    assert (first.calm, first.now, first.interval.end) == (True, True, PZ.start)
    assert stands(found)["pz-sms", ()][0] is YES
    assert stands(found)["mojeid", ("bank.gama",)][0] is UNKNOWN, "what is not known on a good day"


def test_without_any_outage_nothing_is_promised_beyond_the_usual():
    found = board(facts("18 11:32"))
    assert {each.task for each in found} == {"ikp", "collect"}
    assert all(len(each.pieces) == 1 and each.now.calm for each in found)
    assert all(each.now.interval.end is None for each in found)


def test_a_task_that_no_outage_touches_stays_as_it_is():
    assert times(task(board(facts("20 11:32", editions(PZ))), "collect")) == [(at("20 11:32"), None, True)]


def test_outages_that_overlap_are_told_once_and_say_the_same():
    inside = window("beta", "20 08:00", "20 20:00", "bank.beta")
    found = task(board(facts("19 21:00", editions(PZ), editions(inside))), "ikp")
    assert times(found) == [
        (PZ.start, at("20 08:00"), False),
        (at("20 08:00"), PZ.end, False),
        (PZ.end, at("20 20:00"), False),
    ]
    assert stands(found)["mojeid", ("bank.beta",)] == [YES, NO, NO]
    assert stands(found)["pz-sms", ()] == [NO, NO, YES]


def test_neighbours_that_say_the_same_are_one():
    again = window("again", "20 16:00", "20 18:00", "pz")
    found = task(board(facts("19 21:00", editions(PZ), editions(again))), "ikp")
    assert times(found)[0][:2] == (PZ.start, at("20 18:00"))


def test_a_lost_system_leaves_the_cause_and_the_last_resort():
    found = task(board(facts("28 23:00", editions(window("p1", "28 22:00", "29 05:00", "p1")))), "ikp")
    assert found.now.general.cause == ("p1",)
    assert found.ways == ()
    assert found.resorts == ("K1",)


def test_what_to_prepare_has_its_deadline_only_where_an_outage_sets_one():
    found = task(board(facts("18 11:32", editions(PZ))), "ikp")
    ways = {way.method: way for way in found.ways}
    assert ways["app"].prepare == (("start-app", PZ.start),)
    assert ways["pz-sms"].prepare == ()
    calm = task(board(facts("18 11:32")), "ikp")
    assert all(way.prepare == () for way in calm.ways)


def test_ways_say_what_one_needs_to_have():
    ways = task(board(facts("20 11:32", *JANUARY)), "ikp").ways
    mojeid = next(way for way in ways if way.banks == ("bank.alfa",))
    assert [str(means) for means in mojeid.means] == ["mojeid:bank.alfa"]
    code = next(way for way in task(board(facts("18 11:32")), "collect").ways if way.method == "code")
    assert code.free
    assert [str(means) for means in code.means] == ["code"]


def test_a_board_is_made_once_for_the_same_facts_and_again_when_an_edge_passes():
    boards = Boards(CATALOGUE)
    given = facts("20 11:32", *JANUARY)
    rows = home(rows_of(given), given.audiences).readers[0].rows
    first = boards.board("patient", rows, given.at)
    boards.turn()
    assert boards.board("patient", rows, given.at) is first
    later = facts("20 16:00", *JANUARY)
    rows = home(rows_of(later), later.audiences).readers[0].rows
    assert boards.board("patient", rows, later.at) is not first


def test_readers_choose_from_what_makes_a_difference():
    found = choices(CATALOGUE, board(facts("18 11:32")))
    assert [method.id for method in found["methods"]] == ["mojeid", "app", "pz-sms", "card"]
    assert [bank.id for bank in found["banks"]] == ["bank.alfa", "bank.beta", "bank.gama"]
    assert "start-app" not in lengths(CATALOGUE), "ten minutes need no mention"


# --- the picture ---------------------------------------------------------------------------------------------------


def drawn(given: SiteFacts, number: int = 0):
    advice = given.windows[number].advice["patient"]
    return pictures(timeline(advice), advice)


def test_bars_cover_the_outage_between_the_margins_without_gaps():
    inside = window("beta", "20 06:00", "20 11:00", "bank.beta")
    for picture in drawn(facts("19 21:00", editions(PZ), editions(inside))):
        for lane in picture.lanes:
            assert lane.bars[0].x == MARGIN
            assert lane.bars[-1].x + lane.bars[-1].width == pytest.approx(100 - MARGIN, abs=0.05)
            for one, other in zip(lane.bars, lane.bars[1:], strict=False):
                assert one.x + one.width == pytest.approx(other.x, abs=0.05)
    beta = next(lane for lane in picture.lanes if lane.banks == ("bank.beta",))
    assert [bar.cell.verdict for bar in beta.bars] == [YES, NO, YES]
    assert beta.bars[1].width == pytest.approx(5 / 20 * 76, abs=0.05), "five hours of twenty"


def test_the_first_picture_is_of_what_matters_and_can_still_be_done():
    given = facts("28 21:00", editions(window("p1", "28 22:00", "29 05:00", "p1")))
    assert [picture.task for picture in drawn(given)] == ["ikp"], "only that is essential"
    advice = facts("20 11:00", editions(PZ)).windows[0].advice["doctor"]
    found = pictures(timeline(advice), advice)
    assert [bool(picture.lanes) for picture in found] == sorted([bool(p.lanes) for p in found], reverse=True)


def test_more_outages_than_the_answers_hold_are_pointed_at():
    many = [editions(window(f"w-{day}", f"{day} 01:00", f"{day} 02:00", "pz")) for day in range(21, 29)]
    tree = build_site(facts("20 11:00", *many), renderer(), {})
    source = tree["/for/patient/index.html"].decode()
    assert source.count("Przed nami: Profil Zaufany") == ANSWERED
    assert 'href="/#ahead"' in source
    assert (
        'href="/#ahead"'
        not in build_site(facts("20 11:00", *many[:3]), renderer(), {})["/for/patient/index.html"].decode()
    )


def test_an_end_nobody_knows_has_no_after():
    picture = drawn(facts("20 11:00", editions(window("open", "19 20:00", None, "pz"))))[0]
    assert picture.end is None
    assert not picture.after
    assert picture.lanes[0].bars[-1].x + picture.lanes[0].bars[-1].width == pytest.approx(100 - MARGIN)


def test_what_is_unknown_on_any_day_is_not_drawn_as_usual():
    lanes = {lane.banks: lane.usual for lane in drawn(facts("20 11:00", editions(PZ)))[0].lanes}
    assert lanes["bank.gama",] is False
    assert lanes["bank.alfa", "bank.beta"] is True


@pytest.mark.parametrize(
    ("other", "expected", "why"),
    [
        (ALFA, (True, True), "eight hours later is far enough"),
        (window("x", "20 17:00", "20 18:00", "p1"), (True, False), "another one follows soon"),
        (window("x", "19 10:00", "19 19:00", "p1"), (False, True), "another one ended just before"),
        (window("x", "19 10:00", "21 19:00", "p1"), (False, False), "another one lies around it"),
        (window("x", "20 17:00", "20 18:00", "p1", status=Status.CANCELLED), (True, True), "called off"),
        (window("x", "20 10:00", "20 11:00", "p1"), (True, True), "inside it"),
    ],
)
def test_margins_are_drawn_only_where_nothing_else_is_known(other, expected, why):
    rows = rows_of(facts("20 11:32", editions(PZ), editions(other)))
    row = next(each for each in rows if each.window is PZ)
    assert alone(row, rows) == expected, why


# --- the sheet, and the age of pages ---------------------------------------------------------------------------------


def test_little_text_is_printed_large():
    given = facts("20 11:32", editions(PZ))
    advice = given.windows[0].advice["patient"]
    sizes = [
        sheet(advice, f"<p>{'słowo ' * many}</p>", BASE, set(), live=True, alone=(True, True)).size
        for many in (10, 250, 400, 500, 2000)
    ]
    assert sizes == ["huge", "large", "medium", "small", "tiny"]


def test_the_code_is_an_image_with_a_quiet_zone_and_no_size_of_its_own():
    code = qr_code(f"{BASE}/windows/x/#patient")
    assert code.startswith('<svg aria-hidden="true"')
    assert "width=" not in code
    assert "style=" not in code
    assert '<path fill="#fff"' in code


@pytest.mark.parametrize(
    ("now", "history", "edge", "why"),
    [
        ("18 12:00", editions(PZ), PZ.start, "it begins"),
        ("20 12:00", editions(PZ), PZ.end, "it ends"),
        ("21 12:00", editions(PZ), None, "nothing will change by itself"),
        ("20 12:00", editions(window("open", "19 20:00", None, "pz")), None, "nobody knows the end"),
        ("20 12:00", editions(OFF_CANCELLED), None, "called off"),
    ],
)
def test_a_page_knows_from_when_on_it_is_old(now, history, edge, why):
    given = facts(now, history)
    expected = None if edge is None else (edge, edge + OLD_AFTER)
    assert fresh_until(rows_of(given), given.at) == expected, why
    assert timedelta(hours=1) < OLD_AFTER, "pages are made anew each hour"
