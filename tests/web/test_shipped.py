"""The pages made of the catalogue and windows that ship with the program."""

from __future__ import annotations

from tests.web.small import Page


def test_every_shipped_page_is_well_formed_and_self_contained(shipped):
    pages = {path: body for path, body in shipped.items() if path.endswith(".html")}
    assert len(pages) > 20
    for path, body in pages.items():
        page = Page(body)
        assert page.levels.count(1) == 1, path
        assert len(page.ids) == len(set(page.ids)), path
        outside = [
            link
            for link in page.links
            if not link.startswith(("/", "#", "https://codziala.example", "webcal://codziala"))
        ]
        assert outside == [], path
        assert not any("style" in attrs for _, attrs in page.tags), (
            f"{path}: the policy forbids inline styles"
        )


def test_during_the_outage_of_january_2024_patients_and_doctors_read_what_works(shipped):
    text = Page(shipped["/index.html"]).text
    assert "Trwa przerwa w działaniu Profilu Zaufanego" in text
    assert "Potrwa według planu do soboty 20 stycznia, 16:00." in text
    assert "przez mojeID w banku" in text
    page = Page(shipped["/windows/pz-2024-01-19/index.html"])
    assert "Podpisanie e-recepty lub e-skierowania" in page.text
    assert "Certyfikat z ZUS" in page.text
    assert "Dla lekarza" in page.headings


def test_pages_of_the_past_stay_small(shipped):
    small = [len(body) for path, body in shipped.items() if "2019" in path and path.endswith("index.html")]
    assert small
    assert max(small) < 10_000
