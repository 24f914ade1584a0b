"""When: the words and numbers of a text into days, hours, ranges and instants. Knows nothing of systems and outages.

- terms: :mod:`numerals` and :mod:`figures` (digits), :mod:`words` (the Polish forms), :mod:`lexer`, :mod:`terms`,
  :mod:`settling` (a day or an hour), :mod:`dayterms` and :mod:`days` (neighbouring days joined), :mod:`spoken` (days on
  which something was only said), :mod:`shifted` (hours that were moved);
- ranges: :mod:`edges`, :mod:`ranges`, :mod:`stretch`, :mod:`beside` (from edge to edge), :mod:`leftovers` (what was not
  understood);
- instants: :mod:`dates` (years and weekdays), :mod:`instants` (nights, clock changes, every check),
  :mod:`eitheror` (hours that could be days).
"""
