"""What is sent to the routes: bodies of the API, and forms of the pages.

"$child" is the id of that thing of the same family.
"""

from tests.push_service import Browser

SETTINGS = {"name": "Renamed", "language": "en", "hour_cycle": "12", "week_starts_on": "6"}
TIMES = {"scheduledStart": "2031-03-04T15:00", "scheduledEnd": "2031-03-04T19:00"}
DAYS = {"from": "2031-03-03", "to": "2031-03-16"}
CALENDAR = {"name": "Phone", "detail": "full"}
OUTSIDE = {"outside_name": "Private", "outside_address": "https://calendar.example.com/secret.ics"}
PAYMENT = {"date": "2026-05-25", "amount": "20.00", "method": "CASH"}
LUNCH = {"category": "MEALS", "date": "2026-05-25", "amount": "20.00"}
SICK = {"kind": "SICK", "date": "2026-05-25", "minutes": "7:30", "hourly_rate": "20.00"}
GIFT = {"kind": "GIFT", "date": "2026-05-25", "amount": "20.00"}
NOTICES = {"email": ["family"], "push": [], "mails_together": "no", "mails_at": "18:00"}
BROWSER = Browser("https://push.example.org/ring").subscription
CSV = "Planned start,Planned end,Children,Nanny\n"
TAX_IDENTITY = {"kind": "SSN", "number": "987-65-4321", "legalName": "Renamed", "address": "1 Main Street"}
TAX_NUMBER = {"kind": "SSN", "tax_number": "987-65-4321", "legal_name": "Renamed", "address": ""}
NEW_SCHEDULE = {
    "name": "Fridays",
    "recurrence": "WEEKLY",
    "daysOfWeek": ["FRIDAY"],
    "startTime": "09:00",
    "endTime": "12:00",
    "startDate": "2031-03-03",
    "childIds": ["$child"],
}

DAY = {"day": "2031-03-04", "starts": "15:00", "ends": "19:00"}
RANGE = {"kind": "own", "from_date": "2031-03-03", "to_date": "2031-03-16"}
SCHEDULE = {
    "name": "Fridays",
    "recurrence": "WEEKLY",
    "days_of_week": ["FRIDAY"],
    "start_time": "09:00",
    "end_time": "12:00",
    "start_date": "2031-03-03",
    "child_ids": ["$child"],
}
TERMS = {
    "effective_from": "2031-03-03",
    "workweek_start": "MONDAY",
    "pay_frequency": "WEEK",
    "pay_for": "ACTUAL",
    "rounding_minutes": "0",
    "rounding_mode": "NEAREST",
    "seventh_day": "NONE",
    "overtime_multiplier": "1.50",
    "double_multiplier": "2.00",
    "overtime_base": "WEIGHTED",
    "holiday_multiplier": "1.00",
    "mileage_unit": "MI",
}
TERMS_SEEN = "effective_from=2031-03-03"  # what was looked at before they are saved
SEEN = "WEEKLY|FRIDAY|MONDAY|09:00:00|12:00:00|2031-03-03|None"  # what the preview was of
NEW_FAMILY = {"role": "PARENT", "name": "New", "time_zone": "Europe/Paris", "currency": "EUR"}
