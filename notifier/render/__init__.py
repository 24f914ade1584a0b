"""Advice and notices become words here: Polish and English, Warsaw time, text and HTML.

:class:`Renderer` is the door. Language lives in ``templates/words/<language>.yaml`` (and in any
``<language>-<part>.yaml`` beside it, all merged) and in the catalogue; templates hold layout only.

A phrase file maps a key to one of

* a text with ``{placeholders}``;
* a plural map (``one``, ``few``, ``many``, ``other``: those the language has, by CLDR), chosen by the
  value ``n``;
* a list, where a table is meant (weekdays): the value ``n`` counts from 1.

A key or a placeholder that is missing is an error and never an empty place.

What a template may use (also the members of :data:`TEMPLATE_NAMES`):

===============================  ==================================================================================
``say(key, **values)``           the phrase; ``say("hours", n=5)`` picks the plural form
``name(system, form="name")``    words for a system or bank id; forms ``name``, ``of``, ``lost``, ``at`` (banks)
``bank(id, form="name")``        words for a bank: ``name``, ``at`` ("w mBanku"), ``of``; ``bank_at(id)`` for short
``method(id, form="name")``      ``name`` or ``by`` ("przez mojeID w banku")
``task(id, form="name")``        ``name``, ``can`` or ``cannot``
``preparation(id)``              the imperative ("uruchom aplikację mObywatel …")
``audience(id, form="name")``    ``name`` or ``for`` ("dla pacjenta")
``contact(id)``                  has ``name``, ``value``, ``note``
``card(id)``                     has ``title`` and ``steps``
``fact(id)``                     the sentence
``when(interval)``               "od piątku 19 stycznia, 20:00, do soboty 20 stycznia, 16:00"
``dates(interval)``              "19–20 stycznia"
``day(moment)``                  "piątek 19 stycznia"
``date(moment)``                 "19 stycznia"
``clock(moment)``                "20:00"
``on(moment)``                   "w piątek 19 stycznia o 20:00"
``before(moment)``               "przed 20:00 w piątek 19 stycznia"
``until(moment)``                "do soboty 20 stycznia, 16:00"
``duration(interval)``           "20 godzin", real time; "" while the end is not known
``iso(moment)``                  for the ``datetime`` attribute of ``<time>``
``join(list)``, ``either(list)`` "A, B i C", "A, B albo C"
``capital(text)``                first letter upper case, brands such as mObywatel left alone
``told(advice or notice)``       :class:`Told`; its ``html`` may stand in a page as it is. Optional ``profile=``
``view(advice or notice)``       the :class:`View` behind it, block by block, for a layout of one's own
``address(path="")``             absolute address of a path in this language: ``address("windows/x/")``
``language``, ``languages``      the page's, and all
``site``                         ``name``, ``base_url`` (no slash at its end), ``contact``
``at``                           the moment of reading, if the caller gave one to ``page``, else ``None``
===============================  ==================================================================================

A year is shown where it differs from that of ``at`` (of a notice: its ``due``); without one, always.
Dates hold a no-break space between day and month; templates ending in ``.txt.j2`` get plain blanks.
HTML is escaped in every template except ``.txt.j2``. ``page(template, language, at=moment, **values)``
adds the caller's values to the names above.
"""

from notifier.render.environment import TEMPLATE_NAMES
from notifier.render.errors import RenderError
from notifier.render.keys import PHRASE_KEYS
from notifier.render.lines import HOLE, Fragment, Lines, heading, item, sentence
from notifier.render.links import PLACEHOLDER, Links, Purpose
from notifier.render.outline import TaskState, Whole
from notifier.render.person import Card, Ready
from notifier.render.prepare import Alarm
from notifier.render.renderer import Renderer
from notifier.render.shape import MARKS, NOWHERE, Key, Shape, Shapes, Stands, mark_of
from notifier.render.told import ChatWords, LetterKind, MailWords, SiteWords, Told
from notifier.render.untold import Omissions, Unforgiven, Untold
from notifier.render.view import Block, Compared, Group, View
from notifier.render.yours import Mark, Sum

__all__ = [
    "HOLE",
    "MARKS",
    "NOWHERE",
    "PHRASE_KEYS",
    "PLACEHOLDER",
    "TEMPLATE_NAMES",
    "Alarm",
    "Block",
    "Card",
    "ChatWords",
    "Compared",
    "Fragment",
    "Group",
    "Key",
    "LetterKind",
    "Lines",
    "Links",
    "MailWords",
    "Mark",
    "Omissions",
    "Purpose",
    "Ready",
    "RenderError",
    "Renderer",
    "Shape",
    "Shapes",
    "SiteWords",
    "Stands",
    "Sum",
    "TaskState",
    "Told",
    "Unforgiven",
    "Untold",
    "View",
    "Whole",
    "heading",
    "item",
    "mark_of",
    "sentence",
]
