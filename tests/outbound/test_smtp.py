"""A mail server has so long for each word and for its answer to a letter, whatever it does meanwhile."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from handsel.notices import delivery
from handsel.outbound import NoAnswer, PermanentFailure, ServerFailure, smtp
from handsel.outbound.email import send
from handsel.pages.letters import Letter
from handsel.rules import fields
from tests.smtp_server import DRIP, HANG_UP, SILENT, SmtpServer

pytestmark = pytest.mark.no_database

LETTER = Letter(to="ana@example.com", subject="Tomorrow", text="Two sessions.\n.\n..and one\n")


@pytest.fixture
def smtp_server(settings, monkeypatch) -> Iterator[SmtpServer]:
    monkeypatch.setattr(smtp, "WORD", 0.1)
    monkeypatch.setattr(smtp, "ANSWER", 0.2)
    with SmtpServer() as started:
        settings.MAILERS = started.mailers
        yield started


def test_the_limits_are_those_of_the_rfc_and_the_leases_are_longer():
    assert (smtp.WORD, smtp.ANSWER) == (10, 600)
    assert delivery.LEASE.total_seconds() > smtp.BEFORE
    assert delivery.ANSWER_LEASE.total_seconds() > smtp.ANSWER + 2 * smtp.WORD


@pytest.mark.parametrize("word", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("does", [SILENT, DRIP, HANG_UP])
def test_who_says_nothing_before_the_letter_was_not_given_it(smtp_server, word, does):
    smtp_server.does[word] = does
    with pytest.raises(ServerFailure) as raised:
        send(LETTER)
    assert type(raised.value) is ServerFailure
    assert smtp_server.letters == []


@pytest.mark.parametrize("does", [SILENT, DRIP, HANG_UP, "what?"])
def test_who_was_given_it_and_says_nothing_may_have_taken_it(smtp_server, does):
    smtp_server.does["."] = does
    calls = []
    with pytest.raises(NoAnswer):
        send(LETTER, lambda: calls.append("handed over"))
    assert calls == ["handed over"]
    assert len(smtp_server.letters) == 1


def test_a_letter_reaches_a_domain_of_other_letters_at_a_server_that_knows_ascii_alone(smtp_server):
    send(replace(LETTER, to=fields.email("ana@exämple.org")))
    ((receiver, letter),) = smtp_server.letters
    assert "ana@xn--exmple-cua.org" in receiver
    assert letter.isascii()
    assert b"To: ana@xn--exmple-cua.org" in letter


def test_an_answer_may_come_later_than_any_other_word(smtp_server, monkeypatch):
    monkeypatch.setattr(smtp, "ANSWER", 5)
    smtp_server.late["."] = 3 * smtp.WORD
    send(LETTER)
    assert len(smtp_server.letters) == 1


@pytest.mark.parametrize("does", [SILENT, DRIP, HANG_UP])
def test_what_comes_after_the_answer_changes_nothing(smtp_server, does):
    smtp_server.does["QUIT"] = does
    send(LETTER)
    assert len(smtp_server.letters) == 1


def test_all_words_together_have_a_limit_too(smtp_server, monkeypatch):
    monkeypatch.setattr(smtp, "BEFORE", 0.2)
    smtp_server.late = dict.fromkeys(("HELLO", "EHLO", "MAIL", "RCPT", "DATA"), 0.07)
    with pytest.raises(ServerFailure):
        send(LETTER)
    assert smtp_server.letters == []


def test_a_server_that_does_not_read_is_left(smtp_server, monkeypatch):
    monkeypatch.setattr(smtp, "LETTER", 0.1)
    smtp_server.reads_letters = False
    with pytest.raises(ServerFailure):
        send(Letter(to="ana@example.com", subject="Long", text="x" * 20_000_000))


def test_of_four_receivers_one_is_refused(smtp_server):
    smtp_server.does["RCPT"] = lambda to: "550 not here" if "luis" in to else "250 OK"
    receivers = [f"{name}@example.com" for name in ("ana", "luis", "ada", "noor")]
    for receiver in receivers:
        if "luis" in receiver:
            with pytest.raises(PermanentFailure, match="550"):
                send(Letter(to=receiver, subject="Tomorrow", text="."))
        else:
            send(Letter(to=receiver, subject="Tomorrow", text="."))
    assert [receiver for receiver, _ in smtp_server.letters] == [one for one in receivers if "luis" not in one]


def test_a_line_of_a_dot_does_not_end_a_letter(smtp_server):
    send(LETTER)
    [(_, octets)] = smtp_server.letters
    assert b"Two sessions.\r\n..\r\n...and one\r\n" in octets
