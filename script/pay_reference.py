"""The pages of docs/reference about money: lines of pay with their rules, and documents with what they hold.

What a kind means is said here, once for each: a new kind without its words stops script/fix.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from markdown import table

from handsel.api import schemas
from handsel.documents import pay_statement
from handsel.documents.document_page import DOCUMENT_KINDS
from handsel.documents.issued_files import MEDIA_TYPES
from handsel.documents.pay_rows import HEADINGS
from handsel.formatting.pay_lines import LINE_KINDS
from handsel.rules.pay import lines as kinds
from handsel.rules.pay.documents import LETTER_CURRENCIES, OF_NO_NANNY, DocumentKind, FileFormat
from handsel.rules.pay.lines import LineKind
from handsel.rules.pay.periods import Unready
from handsel.rules.pay.presets import PRESETS, Preset
from handsel.rules.pay.rows import PayLine, PayTotals, PayWeek
from handsel.rules.pay.sessions import Apart
from handsel.rules.pay.timesheet import WarningCode

_PREMIUM = "its counted minutes x {base} x (multiplier - 1)"
_REGULAR = "the regular rate, or the rate of the hour with `RATE_WORKED`,"
_BY_DAY = "The last day of its workweek"

# What a line pays and by which rule, and the day on which it stands.
_LINES: Mapping[LineKind, tuple[str, str, str]] = {
    LineKind.WORK: (
        "a session that is completed, confirmed, a nanny's, and has a rate",
        "paid minutes, without those of its nights, x its rate / 60",
        "The session's pay date",
    ),
    LineKind.NIGHT: (
        "a night of such a session, with enough counted minutes in the band of `night`",
        "the flat amount; its minutes leave the hourly pay",
        "The session's pay date",
    ),
    LineKind.CANCELLATION: (
        "a confirmed session that the family cancelled with less notice than a tier asks",
        "the tier's percent of the planned minutes, or its least minutes if those are more, x the session's rate / 60",
        "The session's pay date",
    ),
    LineKind.HOLIDAY: (
        "what a listed holiday adds",
        _PREMIUM.format(base="the rate of the hour itself"),
        _BY_DAY,
    ),
    LineKind.DOUBLE_TIME: (
        "what double time adds: beyond `dailyDoubleAfter` on a day, or beyond `seventhDayDoubleAfter` on the seventh",
        _PREMIUM.format(base=_REGULAR),
        _BY_DAY,
    ),
    LineKind.SEVENTH_DAY: (
        "what the seventh day of a workweek adds, when all seven have counted minutes",
        _PREMIUM.format(base=_REGULAR),
        _BY_DAY,
    ),
    LineKind.OVERTIME_DAILY: (
        "what overtime beyond `dailyOvertimeAfter` adds",
        _PREMIUM.format(base=_REGULAR),
        _BY_DAY,
    ),
    LineKind.OVERTIME_WEEKLY: (
        "what overtime beyond `weeklyOvertimeAfter` adds, of minutes that no other premium took",
        _PREMIUM.format(base=_REGULAR),
        _BY_DAY,
    ),
    LineKind.WORKWEEK_CHANGE: (
        "what is due more because the workweek begins on another day from now on",
        "the premiums of both weeks with the shared days counted in the new one, less those there are (29 CFR 778.302)",
        _BY_DAY,
    ),
    LineKind.GUARANTEE: (
        "the top-up to the guaranteed hours",
        "guaranteed minutes, less paid minutes, cancellations, paid time and absences, x `basicRate` / 60",
        _BY_DAY,
    ),
    LineKind.PAID_TIME_OFF: ("paid time off, as entered", "minutes x rate / 60", "The entry's day"),
    LineKind.PAID_HOLIDAY: ("a paid holiday, as entered", "minutes x rate / 60", "The entry's day"),
    LineKind.SICK: ("sick pay, as entered", "minutes x rate / 60", "The entry's day"),
    LineKind.UNPAID_LEAVE: (
        "leave without pay: it lowers what the guarantee tops up",
        "always 0.00",
        "The entry's day",
    ),
    LineKind.BONUS: (
        "a bonus; with `inRegularRate` it raises the regular rate of its workweek",
        "the amount",
        "The entry's day",
    ),
    LineKind.ADJUSTMENT: (
        "what puts something earlier right, with its reason; it may be below zero",
        "the amount",
        "The entry's day",
    ),
    LineKind.ROLLED_UP_HOLIDAY: (
        "holiday pay on top",
        "`rolledUpHolidayPercent` of work, nights and premiums, once for each version of the terms",
        "The last day of the timesheet",
    ),
    LineKind.GIFT: ("a gift, which is no pay", "the amount", "The entry's day"),
    LineKind.EXPENSE: ("an approved expense, which is no pay", "the amount", "The expense's day"),
    LineKind.MILEAGE: (
        "an approved drive, which is no pay",
        "distance x the rate a mile or kilometer of its day",
        "The expense's day",
    ),
}
_TOTALS = (
    (kinds.WORKED, "`work`"),
    (kinds.PREMIUMS, "`premium`"),
    (kinds.NOT_WORKED, "`notWorked`"),
    (kinds.OTHER, "`other`"),
    (kinds.REIMBURSEMENTS, "`reimbursements`"),
    (frozenset({LineKind.GIFT}), "`gifts`"),
)
_WARNINGS: Mapping[WarningCode, tuple[str, str]] = {
    WarningCode.UNPAID_TIME: ("the session took longer than what is paid, under `PLANNED`", "a session: `minutes`"),
    WarningCode.BELOW_FEDERAL_OVERTIME: (
        "the premiums of the week are less than `federalPremium`",
        "a workweek: `amount`, what is missing",
    ),
    WarningCode.BELOW_MINIMUM: (
        "the regular rate is below `minimumWage`",
        "a workweek: `amount`, the regular rate to the cent",
    ),
}
_APART: Mapping[Apart, tuple[str, str]] = {
    Apart.UNCONFIRMED: ("nobody of the family confirmed it", "The family confirms it; if it is past, it is recorded"),
    Apart.PLANNED: ("it is confirmed, and has not begun", "It takes place; if it is past, it is recorded"),
    Apart.RUNNING: ("it has begun, and nobody completed it", "It is completed"),
    Apart.CANCELLED: ("it was cancelled, and no tier pays for it", "Restored, if it took place after all"),
    Apart.NO_RATE: ("it is done and confirmed, and has no rate", "It gets a rate"),
    Apart.NO_NANNY: (
        "it is done, and nobody's; who sees one nanny's pay alone is not told",
        "It gets its nanny",
    ),
}
_UNREADY: Mapping[Unready, tuple[str, str]] = {
    Unready.RUNNING: ("it runs", "no"),
    Unready.AHEAD: ("its planned end lies ahead", "no"),
    Unready.UNCONFIRMED: ("it is past, and nobody confirmed it", "yes"),
    Unready.NOT_RECORDED: ("it is past and confirmed, and nobody recorded it", "yes"),
    Unready.NO_RATE: ("it is done, and has no rate", "yes"),
}


def pay_lines() -> str:
    rows = []
    for kind in LineKind:
        what, rule, day = _LINES[kind]
        total = next((name for group, name in _TOTALS if kind in group), "none")
        rows.append((str(LINE_KINDS[kind]), f"`{kind}`", what, rule, day, total))
    warnings = [(f"`{code}`", *_WARNINGS[code]) for code in WarningCode]
    apart = [(f"`{reason}`", *_APART[reason]) for reason in Apart]
    unready = [(f"`{reason}`", *_UNREADY[reason]) for reason in Unready]
    head = ("line", "kind", "what it pays", "how much", "the day it stands on", "total")
    return f"""# Lines of pay

Everything that a timesheet may say: its lines, what stands apart, and what it warns of. [How pay is
computed](../explanation/pay.md) tells the same in order, with the sources of the rules.

Lines stand by day, those of a day in the order of this table. Each is rounded once, half a cent up. A premium is what
overtime adds: the hours themselves are in the line of work.

{table(head, rows)}
`gross` is `work` + `premium` + `notWorked` + `other`; `due` is `gross` + `reimbursements` + `gifts`. `federalPremium`
is a figure and no line: under `federalOvertime` half the regular rate for each counted hour beyond 40 of a workweek.

The API answers these fields, null where there is none:

- of a line {_fields(PayLine)};
- of a week {_fields(PayWeek)};
- of the totals {_fields(PayTotals)}.

## What stands apart

Sessions of these days that are not paid, each with its reason.

{table(("reason", "why it is not paid", "what would change it"), apart)}
## What stands in the way of submitting

{table(("reason", "the session", "may be taken as it is, unpaid"), unready)}
## Warnings

Pointed out, and never paid or taken off.

{table(("code", "what it says", "of"), warnings)}
## Presets of the terms

What a preset fills in, with where that stands; all else keeps its default, and everything can be changed.

{table(("preset", "fills in", "source", "in words"), map(_preset, PRESETS.values()))}"""


def _preset(preset: Preset) -> tuple[str, ...]:
    sets = ", ".join(f"`{schemas.api_name(name)}` {_value(name, value)}" for name, value in preset.sets.items())
    return f"`{preset.name}`", sets, "; ".join(preset.sources), str(preset.says)


def _value(name: str, value: Any) -> str:
    if value is True:
        return "true"
    return f"{value / 100:.2f}" if name == "rolled_up_holiday_percent" else str(value)


def _fields(row: type[PayLine | PayWeek | PayTotals]) -> str:
    *names, last = [f"`{schemas.api_name(field.name)}`" for field in fields(row)]
    return f"{', '.join(names)} and {last}"


_DOCUMENTS: Mapping[DocumentKind, tuple[str, str, str]] = {
    DocumentKind.PAY_STATEMENT: (
        "one approved pay period; issued by approving it",
        "every line with its arithmetic, workweeks, totals and year to date, what payments cover, who approved it when",
        "`period`, `lines`, `weeks`, `totals`, `yearToDate`, `covered`, `open`",
    ),
    DocumentKind.INVOICE: (
        "one approved pay period",
        "the same, from the nanny, who stands first with address and a line for the tax number, to the family",
        "`period`, `lines`, `weeks`, `totals`, `yearToDate`, `covered`, `open`",
    ),
    DocumentKind.YEAR_FAMILY: (
        "a year of the family",
        "of each nanny: months, wages paid by quarter, `federalPremium`, periods not approved; all payments",
        "`year`, `nannies`, `payments`",
    ),
    DocumentKind.YEAR_NANNY: (
        "a year of one nanny",
        "the same of that nanny alone, with a line for the tax number",
        "`year`, `nannies`, `payments`",
    ),
    DocumentKind.YEAR_CHILD: (
        "a year of one child",
        "the child's share of the cost of care, earned and paid, by month and nanny",
        "`year`, `childId`, `months`",
    ),
    DocumentKind.CARE_RECEIPT: (
        "the approved pay periods that lie wholly within some days, of one nanny, for some children",
        "who cared, with address and a line for the tax number; the children with dates of birth; charges and payments",
        "`from`, `to`, `children`, `periods`",
    ),
}
_FORMATS: Mapping[FileFormat, str] = {
    FileFormat.PDF: "PDF/UA-1, tagged, with fonts of its own; missing on a machine that there is no typst for",
    FileFormat.XLSX: "the sheets Lines, Weeks and Totals, with real dates, times and numbers",
    FileFormat.CSV: "the lines alone; RFC 4180, UTF-8 with a byte order mark. Words never begin as a formula would",
    FileFormat.JSON: "the content, as the API answers it: by the API alone",
}


def documents() -> str:
    rows = []
    for kind in DocumentKind:
        about, holds, content = _DOCUMENTS[kind]
        who = "no" if kind in OF_NO_NANNY else "about their own pay"
        rows.append((str(DOCUMENT_KINDS[kind]), f"`{kind}`", about, holds, content, who))
    formats = [(f"`{file_format}`", MEDIA_TYPES[file_format], _FORMATS[file_format]) for file_format in FileFormat]
    totals = [(str(label), f"`{name}`") for name, label in pay_statement.TOTALS.items()]
    head = ("document", "kind", "about", "what it holds", "its part of the content", "a nanny issues and sees it")
    letter = " and ".join(sorted(LETTER_CURRENCIES, reverse=True))
    return f"""# Documents

What a family issues of its approved pay periods. Each document has the next number of its family, 1, 2, 3 without a
gap, and its bytes never change. Issuing the same again answers the document that is there; if something has changed
since, a new one is made that names the one it corrects. Approving a pay period issues its statement, each time.

{table(head, rows)}
Parents and coordinators issue and see all of them. A nanny keeps those about their own pay after leaving the family.

The content of each begins with `number`, `kind`, `issuedAt`, `language`, `currency`, `family` (`id`, `name`) and
`nanny` (`id`, `name`, `address`; null where the document is about no one nanny). Lines, weeks and totals have the
fields that [lines of pay](pay-lines.md) lists.

Name and address of a nanny come from their tax identity: on what they issue themselves, and on everything once they
have shared it with the family. Otherwise the name is that of the book, and the PDF leaves a line for the address. A tax
number is in no stored file: whoever it was shared with may ask for a PDF with the number printed in, made for that
answer alone.

## Formats

{table(("format", "media type", "what is in it"), formats)}
A PDF is on Letter in {letter}, else on A4; one page where it fits. Documents are written in the language of who issues.

## Columns of the lines

CSV and the sheet Lines have these, in this order:

- {", ".join(map(str, HEADINGS))}

Times are those of the clocks in Time zone; numbers have a point and no thousands.

## Totals

{table(("in words", "in the content"), totals)}
Amounts belong to the year of their line's date, or, as paid, to the year of the payment. A child's share is of gross
pay: the cents of a session are split evenly over its children, every other line in proportion to what the children's
sessions of that pay period came to. Reimbursements and gifts are no cost of care.
"""
