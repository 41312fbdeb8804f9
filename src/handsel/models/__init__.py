"""Tables and the promises that the database keeps."""

from handsel.models.calendar_addresses import CalendarAddress
from handsel.models.care_schedules import CareSchedule, CareScheduleChild, GenerationBatch
from handsel.models.care_sessions import CareSession, CareSessionChild
from handsel.models.change_requests import ChangeRequest
from handsel.models.deliveries import Delivery, Device, NoticeChoice
from handsel.models.duties import Duty
from handsel.models.events import Event
from handsel.models.families import Child, Family, Member
from handsel.models.notices import Notice
from handsel.models.outside_calendars import BusyTime, OutsideCalendar
from handsel.models.people import User
from handsel.models.time_off import TimeOff
from handsel.models.tokens import ApiToken, IdempotencyKey, Invitation

__all__ = [
    "ApiToken",
    "BusyTime",
    "CalendarAddress",
    "CareSchedule",
    "CareScheduleChild",
    "CareSession",
    "CareSessionChild",
    "ChangeRequest",
    "Child",
    "Delivery",
    "Device",
    "Duty",
    "Event",
    "Family",
    "GenerationBatch",
    "IdempotencyKey",
    "Invitation",
    "Member",
    "Notice",
    "NoticeChoice",
    "OutsideCalendar",
    "TimeOff",
    "User",
]
