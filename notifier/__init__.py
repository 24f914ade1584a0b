"""Tell people which ways into Polish e-health services still work during planned outages.

Read the packages in the order in which facts become messages::

    model         the words: windows, catalogue, verdicts, advice, notices
    availability  windows + catalogue -> what still works, until when      (pure)
    planning      what is due now, why, and when to look again             (pure)
    config        config/ and templates/ read and checked
    sources       pages, feeds, calendars and mails -> what each says of windows
    store         what was told to whom
    render        advice -> Polish and English words
    feeds, mail,
    web, hooks    the ways out
    cycle         one pass through all of it; daemon: the loop; cli: the commands
"""

__version__ = "0.1.0"
