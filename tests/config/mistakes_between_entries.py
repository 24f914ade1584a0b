"""Catalogue entries that contradict each other or themselves."""

from __future__ import annotations

from tests.config.planting import METHOD, Planted, add, change

SYSTEM_WORDS = "\n  pl: {name: x, of: x, lost: x}\n  en: {name: x, of: x, lost: x}\n"
TASK_WORDS = (
    "\n  pl: {name: x, can: x, cannot: x}\n  en: {name: x, can: x, cannot: x}\n  audiences: [patient]\n"
)
LAST = "  last_resorts: [{card: K1}]\n"

CONTRADICTIONS: list[Planted] = [
    change(
        "a bank in a method that is not per bank",
        "methods",
        "needs: {all: [gate, app]}",
        'needs: {all: [gate, app, ‸"{bank}"]}',
        "`{bank}` where there is no bank",
        "per_bank",
    ),
    change(
        "a bank that offers what is not per bank",
        "banks",
        "    mojeid: {facts: [F1]}",
        "    mojeid: {facts: [F1]}\n    ‸paper: {}",
        "the method `paper` is not per bank",
        "per_bank",
    ),
    change(
        "a bank that replaces what is not needed",
        "banks",
        "replaces: [hub]",
        "replaces: [‸app]",
        "the method `mojeid` does not need `app`",
    ),
    change(
        "a last resort that always hides the next",
        "tasks",
        "last_resorts: [{card: K2, when: [account]}, {card: K1}]",
        "last_resorts: [‸{card: K2}, {card: K1}]",
        "hides those after it",
    ),
    change(
        "a task whose last resort has a condition",
        "tasks",
        "last_resorts: [{card: K2}]",
        "last_resorts: [{card: K2, ‸when: [app]}]",
        "the last of `last_resorts` has a `when`",
    ),
    add(
        "a method per bank that needs none",
        "methods-bankless",
        "- id: bankless" + METHOD + "  ‸per_bank: true\n  needs: gate\n",
        "the method is per bank and does not need `{bank}`",
    ),
    add(
        "a preparation without anything to do",
        "methods-prepare",
        "- id: prepared" + METHOD + "  ‸prepare: gate\n",
        "there is a `prepare` and nothing to do",
    ),
    add(
        "a bank whose id a system has",
        "banks-twin",
        "- id: ‸gate\n  pl: {name: x, at: x, of: x}\n  en: {name: x, at: x, of: x}\n",
        "the id `gate` is taken",
        "systems.yaml:1",
    ),
    add(
        "systems that need each other",
        "systems-circle",
        "- id: ring.a"
        + SYSTEM_WORDS
        + "  needs: [‸ring.b]\n- id: ring.b"
        + SYSTEM_WORDS
        + "  needs: [ring.a]\n",
        "`ring.a` needs itself: ring.a -> ring.b -> ring.a",
    ),
    add(
        "a system that needs what is below it",
        "systems-below",
        "- id: top" + SYSTEM_WORDS + "  needs: [‸top.leaf]\n- id: top.leaf" + SYSTEM_WORDS,
        "`top` needs itself: top -> top.leaf -> top",
    ),
    add(
        "a task without methods",
        "tasks-bare",
        "- id: bare" + TASK_WORDS + "  steps: [{id: s, methods: ‸[]}]\n" + LAST,
        "`methods` is empty",
    ),
    add(
        "a task without steps",
        "tasks-stepless",
        "- ‸id: stepless" + TASK_WORDS + LAST,
        "`steps` is missing",
    ),
    add(
        "a task without last resort",
        "tasks-lost",
        "- ‸id: lost" + TASK_WORDS + "  steps: [{id: s, methods: [paper]}]\n",
        "`last_resorts` is missing",
    ),
    add(
        "tasks that go through each other",
        "tasks-circle",
        "- id: to"
        + TASK_WORDS
        + "  steps: [{id: s, methods: [paper, {through: ‸fro}]}]\n"
        + LAST
        + "- id: fro"
        + TASK_WORDS
        + "  steps: [{id: s, methods: [{through: to}]}]\n"
        + LAST,
        "`to` needs itself: to -> fro -> to",
    ),
    add(
        "a task through one of two steps",
        "tasks-through",
        "- id: onward" + TASK_WORDS + "  steps: [{id: s, methods: [{through: ‸paper-give}]}]\n" + LAST,
        "the task `paper-give` has 2 steps",
    ),
    add(
        "a method twice in a step",
        "tasks-twice",
        "- id: twice" + TASK_WORDS + "  steps: [{id: s, methods: [paper, ‸paper]}]\n" + LAST,
        "the method `paper` is here twice",
    ),
    add(
        "a step id twice in a task",
        "tasks-steps",
        "- id: steps"
        + TASK_WORDS
        + "  steps: [{id: s, methods: [paper]}, {id: ‸s, methods: [paper]}]\n"
        + LAST,
        "the step id `s` is here twice",
    ),
]
