"""Transactions, crashes, and several workers on one database."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from notifier.model import MailState, Occasion
from notifier.store import NewMail, Reason, Store, StoreConflict, StoreError
from tests.store.conftest import Open
from tests.store.samples import DAY, LEASE, NOW, People, edition, notice


class TestTransaction:
    def test_all_of_a_pass_is_kept_together(self, people: People) -> None:
        store = people.store
        with store.transaction():
            store.editions.append([edition()])
            ids = people.notice(notice())
            people.outbox.put_body("new", b"", NOW)
            people.send(people.mail(0, ids))
            store.marks.put("last-pass", "now")
            assert store.marks.get("last-pass") == "now", "what was written is read inside"
            assert list(store.subscribers.by_audience("patient"))
        assert len(people.states()) == 1
        assert store.marks.get("last-pass") == "now"

    def test_nothing_of_a_pass_is_kept_after_an_error(self, people: People) -> None:
        store = people.store

        def one_pass() -> None:
            with store.transaction():
                store.editions.append([edition()])
                people.send(people.mail(0, people.notice(notice())))
                people.outbox.put_body("new", b"", NOW)
                store.marks.put("last-pass", "now")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            one_pass()
        assert store.editions.all() == []
        assert store.notices.rows() == []
        assert people.states() == {}
        assert store.marks.get("last-pass") is None
        with pytest.raises(StoreError, match="no mail body"):
            people.outbox.body("new")
        people.send(people.mail(1))
        assert len(people.states()) == 1, "the store goes on working"

    def test_the_outermost_decides(self, store: Store) -> None:
        def outer() -> None:
            with store.transaction():
                with store.transaction():
                    store.marks.put("a", "b")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            outer()
        assert store.marks.get("a") is None
        with store.transaction(), store.transaction():
            store.marks.put("a", "b")
        assert store.marks.get("a") == "b"

    def test_an_error_that_was_caught_inside_still_undoes_everything(self, store: Store) -> None:
        store.editions.append([edition()])

        def careless_pass() -> None:
            with store.transaction():
                store.marks.put("a", "b")
                with contextlib.suppress(StoreConflict):
                    store.editions.append([edition()])
                with pytest.raises(StoreError, match="ignored"):
                    store.marks.put("a", "after it no other call is taken")

        with pytest.raises(StoreError) as caught:
            careless_pass()
        assert caught.value.reason is Reason.SPOILED
        assert store.marks.get("a") is None
        store.marks.put("a", "c")
        assert store.marks.get("a") == "c"


CRASH = """
import os, signal, sys
from tests.store.samples import *
from notifier.store import Store
store = Store.open(sys.argv[1])
people = People(store, 3)
people.send(people.mail(0))
with store.transaction():
    people.send(people.mail(1, people.notice(notice())))
    people.claim()
    store.marks.put("last-pass", "now")
    print("inside", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_inside_a_transaction_leaves_nothing_of_it(
    shared_url: str, open_store: Open
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", CRASH, shared_url], capture_output=True, text=True, timeout=60, check=False
    )
    assert (killed.returncode, killed.stdout.splitlines()[-1:]) == (-signal.SIGKILL, ["inside"]), (
        killed.stderr
    )
    store = open_store(shared_url)
    assert [mail.state for mail in store.outbox.list()] == [MailState.WAITING]
    assert store.notices.rows() == []
    assert store.marks.get("last-pass") is None
    assert len(store.outbox.claim("next", NOW, LEASE, 10)) == 1, "the dead hold no lock"


def test_workers_with_stores_of_their_own_never_share_a_mail(shared_url: str, open_store: Open) -> None:
    people = People(open_store(shared_url), 1)
    total, workers = 1200, 3
    people.outbox.enqueue(
        (NewMail(people.ids[0], (), "body", f"<{n}@example.org>", NOW, NOW + DAY) for n in range(total)), NOW
    )
    start = Barrier(workers)

    def work(name: str) -> list[int]:
        store, got = Store.open(shared_url), []
        start.wait()
        while claimed := store.outbox.claim(name, NOW, LEASE, 20):
            assert len(claimed) <= 20
            got += [mail.id for mail in claimed]
        store.close()
        return got

    with ThreadPoolExecutor(workers) as pool:
        shares = list(pool.map(work, [f"worker-{n}" for n in range(workers)]))
    counted = Counter(id_ for share in shares for id_ in share)
    assert set(counted.values()) == {1}
    assert len(counted) == total
    owners = Counter(mail.lease_owner for mail in people.outbox.list(limit=total))
    assert owners == Counter({f"worker-{n}": len(share) for n, share in enumerate(shares) if share})


def test_transactions_that_read_first_and_write_later_wait_their_turn(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'notifier.db'}"
    Store.open(url).close()
    start = Barrier(2)

    def count_up(_: int) -> None:
        store = Store.open(url)
        start.wait()
        for _ in range(25):
            with store.transaction():
                store.marks.put("n", str(int(store.marks.get("n") or 0) + 1))
        store.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(count_up, range(2)))
    store = Store.open(url, migrate=False)
    assert store.marks.get("n") == "50"
    store.close()


def test_threads_that_share_one_store_take_turns(people: People) -> None:
    people.send(*(people.mail(0) for _ in range(300)))
    with ThreadPoolExecutor(3) as pool:
        shares = list(pool.map(lambda name: people.claim(name, limit=100), ["a", "b", "c"]))
    assert sorted(id_ for share in shares for id_ in share) == list(range(1, 301))


def test_a_notice_planned_by_two_machines_is_enqueued_by_one(shared_url: str, open_store: Open) -> None:
    people = People(open_store(shared_url), 20)
    planned = [notice(f"w{n}", occasion=occasion) for n in range(10) for occasion in Occasion]
    machines = 3
    start = Barrier(machines)

    def plan(_: int) -> int:
        store = Store.open(shared_url)
        start.wait()
        with store.transaction():
            added = store.notices.add([(one, NOW) for one in planned], NOW)
            count = store.outbox.enqueue(
                (
                    NewMail(person, (id_,), "body", f"<{id_}.{person}@example.org>", NOW, NOW + DAY)
                    for id_, _ in added
                    for person in people.ids
                ),
                NOW,
            )
        store.close()
        return count

    with ThreadPoolExecutor(machines) as pool:
        counts = list(pool.map(plan, range(machines)))
    assert sum(counts) == len(planned) * len(people.ids)
    assert people.outbox.stats().counts[MailState.WAITING] == sum(counts)
    assert len(people.store.notices.rows()) == len(planned)


def test_claiming_looks_only_at_the_two_queues(open_store: Open) -> None:
    store = open_store("sqlite://")
    from notifier.store.claims import CLAIM

    with store._connections.read() as connection:
        sql = str(CLAIM.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": False}))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?")).all()
    steps = [step for *_, step in plan]
    assert any("SEARCH mails USING INDEX ix_mails_fresh" in step for step in steps), steps
    assert any("SEARCH mails USING INDEX ix_mails_again" in step for step in steps), steps
    assert not any(step.startswith("SCAN mails") for step in steps), steps
    # The order comes from the index; only the few that were picked are sorted.
    assert not any("TEMP B-TREE" in step for step in steps[:2]), steps
