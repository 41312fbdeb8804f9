"""Time off, and what becomes of the sessions that it touches."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handsel.pages.away import Away, Hit
from handsel.rules import fields
from handsel.rules.pay.item_kinds import PAID_TIME, ItemKind
from handsel.rules.time_off import Choice, Decision
from handsel.web.forms import drafts

_WORDS = {
    Decision.KEEP: _("Keep for now"),
    Decision.UNASSIGN: _("Find another nanny"),
    Decision.CANCEL: _("Cancel"),
}
_OWN_WORDS = _WORDS | {Decision.UNASSIGN: _("Give back")}

type _Chosen = tuple[Decision | None, int]


class DecisionForm(drafts.DraftForm):
    """What becomes of sessions: of all of them by a row of buttons, and of one otherwise by a list of its own.

    A list sends the session's version, the decision, and which part of it is kept: a session that has changed since the
    page was shown is not decided, and neither is one that was not on it.
    """

    def __init__(self, *args: Any, away: Away, **options: Any) -> None:
        super().__init__(*args, **options)
        self.away = away
        self.hits = {f"session-{hit.id}": hit for hit in away.hits}
        if not self.hits:
            return
        words = _OWN_WORDS if away.is_own else _WORDS
        self.fields["sessions"] = drafts.RuleField(
            fields.choice(Decision),
            label=_("What about these sessions?"),
            required=False,
            says_optional=False,
            initial=Decision.KEEP.value,
            widget=forms.RadioSelect(choices=[(kind.value, words[kind]) for kind in away.decisions]),
        )
        for name, hit in self.hits.items():
            offered: dict[str, tuple[Any, _Chosen]] = {f"{hit.version}:": (_("As chosen above"), (None, 0))}
            for kind in away.decisions:
                offered[f"{hit.version}:{kind}"] = (words[kind], (kind, 0))
            for part, hours in enumerate(hit.parts):
                label = gettext("Shorten to %(hours)s") % {"hours": hours}
                offered[f"{hit.version}:SHORTEN:{part}"] = (label, (Decision.SHORTEN, part))
            self.fields[name] = drafts.choices_of(
                drafts.one_of({value: chosen for value, (_label, chosen) in offered.items()}),
                [(value, label) for value, (label, _chosen) in offered.items()],
                label=f"{hit.row.day}, {hit.row.hours}",
                required=False,
                says_optional=False,
            )

    @property
    def by_family(self) -> Iterator[tuple[str, list[tuple[str, list[tuple[Hit, BoundField]]]]]]:
        """Return each family's name with its days, and these with their sessions, each beside its list."""
        for family in self.away.families:
            days = [(day.label, [(hit, self[f"session-{hit.id}"]) for hit in day.hits]) for day in family.days]
            yield family.name, days

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        of_all = values.get("sessions") or Decision.KEEP
        choices = {}
        for name, hit in self.hits.items():
            chosen: _Chosen | None = values.get(name)
            if chosen is not None:
                choices[hit.id] = Choice(chosen[0] or of_all, chosen[1], hit.version)
        plain = {name: value for name, value in values.items() if name not in self.hits and name != "sessions"}
        return plain | {"choices": choices}


class TimeOffForm(DecisionForm):
    """Days off. Where they touch sessions these stand below, and the days are chosen already.

    nannies: whom it may be entered for, beside the whole family; None where only one's own may be. families: (id, name)
    of those whom a nanny may tell the reason of their own.
    """

    def __init__(
        self,
        *args: Any,
        nannies: Sequence[tuple[UUID, str]] | None,
        families: Sequence[tuple[UUID, str]] = (),
        away: Away | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, away=away or Away(), **options)
        added: dict[str, Any] = {}
        if nannies is not None:
            listed = [("", _("The whole family")), *nannies]
            added["nanny_id"] = drafts.choices_of(
                fields.identity, listed, label=_("Who is away"), required=False, says_optional=False
            )
        added |= {
            "from_date": drafts.RuleField(fields.day, label=_("From"), widget=drafts.DayInput()),
            "to_date": drafts.RuleField(fields.day, label=_("To"), widget=drafts.DayInput()),
            "start_time": drafts.clock_field(_("Start time"), required=False),
            "end_time": drafts.clock_field(_("End time"), required=False),
            "reason": drafts.text(_("Why"), most=4000),
        }
        if len(families) > 1:
            added["tell_reason"] = drafts.RuleField(
                fields.identities,
                empty=(),
                label=_("Who is told why"),
                required=False,
                says_optional=False,
                widget=forms.CheckboxSelectMultiple(choices=[(str(family_id), name) for family_id, name in families]),
            )
        self.fields = added | self.fields


class LeaveForm(drafts.DraftForm):
    """As what time off of a nanny is entered in a family: the button that was pressed says it."""

    family_id = drafts.RuleField(fields.identity, widget=forms.HiddenInput())
    kind = drafts.RuleField(drafts.one_of({kind.value: kind for kind in (*PAID_TIME, ItemKind.UNPAID_LEAVE)}))
