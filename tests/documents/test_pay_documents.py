"""Issued documents as PDF, read back by another library: what they say, and the tags that a screen reader goes by."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from django.utils import translation

from handsel.documents import pdf
from handsel.documents.pay_documents import printed
from tests.documents import issued_facts
from tests.documents.issued_facts import PRINTING, receipt, statement

pytestmark = pytest.mark.no_database

KINDS = {
    "PAY_STATEMENT": statement(),
    "INVOICE": statement(kind="INVOICE"),
    "YEAR_FAMILY": issued_facts.YEAR_FAMILY,
    "YEAR_NANNY": issued_facts.YEAR_NANNY,
    "YEAR_CHILD": issued_facts.YEAR_CHILD,
    "CARE_RECEIPT": receipt("emma", "theo", "zuri"),
}


def reader(content: dict[str, Any], **printing: Any) -> pypdf.PdfReader:
    with translation.override(content["language"]):
        document = printed(content, replace(PRINTING, **printing))
    return pypdf.PdfReader(io.BytesIO(pdf.render(document, made_at=datetime(2026, 3, 16, 14, tzinfo=UTC))))


def text(content: dict[str, Any], **printing: Any) -> str:
    """The document's text with every run of spaces as one."""
    pages = reader(content, **printing).pages
    return re.sub(r"\s+", " ", "\n".join(page.extract_text() for page in pages))


def tags(element: Any) -> Iterator[str]:
    """The names of the tags in reading order."""
    element = element.get_object()
    if isinstance(element, list):
        for kid in element:
            yield from tags(kid)
    elif isinstance(element, dict):
        if "/S" in element:
            yield str(element["/S"])
        if "/K" in element:
            yield from tags(element["/K"])


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_tagged_and_named_in_its_language(kind, language):
    file = reader(KINDS[kind] | {"language": language})
    catalog: Any = file.trailer["/Root"]
    assert str(catalog["/Lang"]).startswith(language)
    assert bool(catalog["/MarkInfo"]["/Marked"])
    assert bool(catalog["/ViewerPreferences"]["/DisplayDocTitle"])
    assert "12" in file.metadata.title
    assert "Riveras" in file.metadata.title
    metadata = catalog["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in metadata.replace("<pdfuaid:part>", "pdfuaid:part")
    named = list(tags(catalog["/StructTreeRoot"]))
    assert "/Title" in named or "/H1" in named
    assert {"/Table", "/TH", "/TD"} <= set(named)
    assert named.index("/TH") < named.index("/TD")


def test_every_line_with_its_minutes_rate_and_arithmetic():
    written = text(statement())
    for words in ("8:00 h x 20.00 = 160.00", "12:30 h x 9.6952 x 0.50 = 60.60", "-12.50", "60.60", "9.6952", "288.10"):
        assert words in written
    assert "Work · Emma and Theo" in written
    assert "March 15, 2026 by Noor Haddad" in written


def test_each_page_says_which_document_whose_and_where_it_is():
    pages = reader(statement(issued_facts.many_lines(120))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        written = re.sub(r"\s+", " ", page.extract_text())
        assert "Pay statement No. 12 · Riveras" in written
        assert f"Page {number} of {len(pages)}" in written


def test_a_statement_of_twenty_lines_is_one_page():
    assert len(reader(statement(issued_facts.many_lines(20))).pages) == 1


def test_letter_for_dollars_and_a4_for_the_rest():
    assert reader(statement()).pages[0].mediabox.width == 612
    assert round(reader(statement(currency="EUR")).pages[0].mediabox.width) == 595


def test_the_tax_number_is_a_blank_line_unless_it_is_given():
    assert "123-45-6789" in text(receipt("emma"), tax_number="123-45-6789")
    assert "123-45-6789" not in text(receipt("emma"))


def test_letters_that_no_font_has_are_said_to_be_missing():
    chinese = statement(family={"id": "f", "name": "李家"})
    assert "??" in text(chinese)
    assert "question mark stands for each character" in text(chinese)
    many = statement(family={"id": "f", "name": "".join(chr(0x4E00 + place) for place in range(60))})
    assert "?" * 60 in text(many).replace(" ", "")
    assert "question mark" not in text(statement())


def test_markup_in_a_name_is_a_name():
    assert '#read("/etc/passwd") *Ana* $x$ @y' in text(
        statement(family={"id": "f", "name": '#read("/etc/passwd") *Ana* $x$ @y'})
    )


def test_what_it_corrects_is_named():
    assert "Corrects No. 3" in text(statement(), corrects=3)


@pytest.mark.parametrize("children", [("emma",), ("emma", "theo", "zuri")])
def test_a_receipt_names_each_child_what_was_charged_and_when_it_was_paid(children):
    written = text(receipt(*children))
    for child in children:
        assert issued_facts.NAMES[child] in written
    assert "May 14, 2023" in written
    assert "250.00 (Jan 15) and 251.34 (Jan 28)" in written
