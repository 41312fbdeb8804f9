"""The retention policy: for every table how long its rows are kept, why, and who erases them. No Django.

docs/reference/retention.md is written from it. A table without a line fails a test, and so does a line whose duty the
worker does not have.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """What one table holds. duty: the worker's that erases by age, if one does; by: who or what else erases."""

    table: str
    holds: str
    kept: str
    why: str
    by: str
    duty: str = ""


_FAMILY = "as long as the family keeps its book"
_ERASING = "erasing the child or family"
_WAGES = "with the record; its texts until erased"
_RECORD = "wages, taxes and what was agreed rest on it"
_WITH_ACCOUNT = "as long as the account"
_ACCOUNT = "deleting the account"
_DROP, _ERASE = "drop what is over", "erase what was asked for"
_NOTHING = "nothing of people stands in it"

POLICY = (
    # The family
    Line(
        "handsel_family",
        "name, address, notes, zone, currency, rate",
        _FAMILY,
        "to plan, and to find the door",
        _ERASING,
    ),
    Line("handsel_child", "names, date of birth, care notes", _FAMILY, "so that who cares for them knows", _ERASING),
    Line(
        "handsel_member",
        "who belongs to a family in which role; a parent's phone; the name of who gave care and left",
        _FAMILY,
        "who may see and do what; whom the family paid",
        f"leaving ends it; {_ERASING} takes the phone; the name goes when nobody can read the record",
        _DROP,
    ),
    Line(
        "handsel_event",
        "who did what, when, old and new",
        _WAGES,
        "so that nobody argues about what was agreed",
        _ERASING,
    ),
    Line(
        "handsel_accessline",
        "who looked at what, by ids: first and last time of a day, how often, by which browser or key",
        "400 days",
        "so that a family sees who looked",
        f"{_ERASING}; {_ACCOUNT}",
        _DROP,
    ),
    Line(
        "handsel_erasure", "ids of what was erased, and when", "for good", "so that no back-up brings it back", "nobody"
    ),
    # Care
    Line("handsel_careschedule", "name, times, rate, notes", "until it is deleted", "the plan", _ERASING),
    Line("handsel_careschedulechild", "ids", "with the schedule", "the plan", "deleting the schedule"),
    Line("handsel_generationbatch", "ids, dates", "with the sessions", "to undo it", "nobody: no texts"),
    Line("handsel_caresession", "times, rates, notes, reasons", _WAGES, _RECORD, _ERASING),
    Line("handsel_caresessionchild", "ids", "with the session", _RECORD, "deleting the session"),
    Line("handsel_changerequest", "message, answer, proposed times", "with the session", "what was agreed", _ERASING),
    Line("handsel_timeoff", "dates, reason", "until it is taken back", "the plan, and why it changed", _ERASING),
    Line("handsel_timeoffreason", "ids", "with the time off", "whom a nanny tells the reason", _ERASING),
    Line("handsel_timeoffdecision", "a session's columns before", "with the session", "to undo it", _ERASING),
    Line("handsel_sessionimport", "the SHA-256 of a file", _FAMILY, "to undo it", _ERASING),
    Line("handsel_sessionimportrow", "ids", "with the import", "to undo it", _ERASING),
    # Pay
    Line("handsel_paypolicy", "terms of pay; names of holidays", _WAGES, _RECORD, _ERASING),
    Line("handsel_payperiod", "days, states, words of each move", _WAGES, _RECORD, _ERASING),
    Line("handsel_approvedamounts", "lines and sums by ids", _FAMILY, _RECORD, "nobody: no texts"),
    Line("handsel_payitem", "minutes, amounts, reasons", _WAGES, _RECORD, _ERASING),
    Line("handsel_expense", "amounts, notes, answers", _WAGES, _RECORD, _ERASING),
    Line("handsel_payment", "amounts, notes, reasons", _WAGES, _RECORD, _ERASING),
    Line(
        "handsel_receipt",
        "photos and PDFs of receipts, in files",
        "with the expense; of an erased family at once, or until its years are over where it was settled",
        _RECORD,
        _ERASING,
        _ERASE,
    ),
    Line("handsel_issueddocument", "number, kind, sums, SHA-256", _FAMILY, _RECORD, "nobody: no names"),
    Line(
        "handsel_issuedfile",
        "documents as they were issued, with names",
        "with the record; once a child or family is erased, for `HANDSEL_WAGE_RECORDS_YEARS` (7) after their year",
        "wage records have to be readable so long to who is party to the pay",
        _ERASING,
        _ERASE,
    ),
    Line(
        "handsel_taxidentity",
        "tax number, legal name, address, encrypted",
        "until its owner takes it back",
        "tax forms",
        _ACCOUNT,
    ),
    Line(
        "handsel_taxnumbershare", "ids", "until its owner takes it back", "who may print it", f"{_ERASING}; {_ACCOUNT}"
    ),
    # What people are told
    Line("handsel_notice", "what somebody is told, with names and times", "a year", "the inbox", _ERASING, _DROP),
    Line(
        "handsel_delivery",
        "how each mail and push went; a letter about signing in, encrypted, until it is sent",
        "90 days",
        "to find out why something did not come",
        _ERASING,
        _DROP,
    ),
    Line("handsel_noticechoice", "what somebody wants to hear of, and how", _WITH_ACCOUNT, "to hear of that", _ACCOUNT),
    Line("handsel_device", "a browser that is rung, and its keys", "until it signs out", "to ring it", _ACCOUNT),
    Line(
        "handsel_calendarentry",
        "times, for each calendar a mail wrote to",
        "90 days after",
        "to keep it true",
        _ERASING,
        _DROP,
    ),
    # Calendars
    Line(
        "handsel_calendaraddress",
        "a name, a hash, what it tells",
        "90 days after it is revoked",
        "so that a calendar can read along",
        f"{_ERASING}; {_ACCOUNT}",
        _DROP,
    ),
    Line(
        "handsel_outsidecalendar",
        "an address, encrypted",
        "until it is removed",
        "to know when a nanny is busy",
        _ACCOUNT,
    ),
    Line(
        "handsel_busytime",
        "times, and nothing else",
        "from yesterday to a year ahead",
        "to warn of clashes",
        _ACCOUNT,
        "read calendars",
    ),
    # People and their ways in
    Line(
        "handsel_user",
        "name, e-mail address, password hash, preferences",
        "until the account is deleted",
        "to sign in",
        _ACCOUNT,
    ),
    Line("handsel_user_groups", _NOTHING, "with the account", "Django's, not used", _ACCOUNT),
    Line("handsel_user_user_permissions", _NOTHING, "with the account", "Django's, not used", _ACCOUNT),
    Line("account_emailaddress", "e-mail addresses", _WITH_ACCOUNT, "to sign in", _ACCOUNT),
    Line("account_emailconfirmation", _NOTHING, "with the address", "allauth's, not used", _ACCOUNT),
    Line(
        "mfa_authenticator", "passkeys, keys of apps, recovery codes, encrypted", _WITH_ACCOUNT, "to sign in", _ACCOUNT
    ),
    Line(
        "usersessions_usersession",
        "kind of browser, network address, when it was last seen",
        "until it signs out, or two months unused",
        "so that you can tell which are yours",
        _ACCOUNT,
        _DROP,
    ),
    Line(
        "django_session",
        "who is signed in",
        "until it signs out, or two months unused",
        "to stay signed in",
        _ACCOUNT,
        _DROP,
    ),
    Line("handsel_apitoken", "a name, a hash, when it was used", "90 days after it ends", "programs", _ACCOUNT, _DROP),
    Line(
        "handsel_invitation",
        "an e-mail address, a hash",
        "90 days after it ends; a used one stays",
        "to let somebody in",
        _ERASING,
        _DROP,
    ),
    # What passes
    Line(
        "handsel_idempotencykey",
        "answers to programs, compressed",
        "a day",
        "so that what is sent twice is done once",
        _ERASING,
        _DROP,
    ),
    Line(
        "handsel_keptform",
        "a form that was sent signed out, encrypted",
        "an hour",
        "so that it is not lost",
        _ERASING,
        "drop unsent forms",
    ),
    Line("handsel_formtoken", "random words", "a day", "so that what is sent twice is done once", _ACCOUNT, _DROP),
    Line("handsel_usedcode", "hashes", "minutes", "so that a code opens once", _ACCOUNT, _DROP),
    Line(
        "handsel_ratelimitcounter",
        "hashes and counts",
        "until its window ends",
        "against guessing",
        "nobody: no names",
        _DROP,
    ),
    Line("handsel_export", "ids; the record in a file", "seven days", "for who asked", _ERASING, "drop exports"),
    # The server's own
    Line("handsel_duty", _NOTHING, "for good", "the worker's turns", "nobody"),
    Line("handsel_clocklook", _NOTHING, "for good", "to see a clock that steps", "nobody"),
    Line("handsel_servertrouble", _NOTHING, "while it lasts", "what fails us", "nobody"),
    Line("django_admin_log", _NOTHING, "for good", "Django's; /admin/ changes nothing", "nobody"),
    Line("auth_group", _NOTHING, "for good", "Django's, not used", "nobody"),
    Line("auth_group_permissions", _NOTHING, "for good", "Django's, not used", "nobody"),
    Line("auth_permission", _NOTHING, "for good", "Django's, not used", "nobody"),
    Line("django_content_type", _NOTHING, "for good", "Django's", "nobody"),
    Line("django_migrations", _NOTHING, "for good", "which tables there are", "nobody"),
)
