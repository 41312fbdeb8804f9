"""Fill in a form wrongly, field by field, in English and in Spanish."""

import re
from collections.abc import Sequence, Set
from typing import Any

from django import forms
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handsel.models import User
from handsel.web.forms import drafts
from tests import templates_used
from tests.run import NIGHTLY
from tests.web.controls import Controls
from tests.web.visitor import Page, lift_limits

# How other people's catalogs speak; ours says tú.
TO_A_STRANGER = re.compile(
    r"\b(usted|su contraseña|debe escribir|ingrese|asegúrese|introduzca|solicite|desea|póngase|por favor)\b",
    re.IGNORECASE,
)
TOO_LONG = "x" * 4_001
NO_FIELDS = {"session", "sure", "seen", "action_add", "when"}  # sent with a form by its buttons
BOXES = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)  # of these nothing is sent when empty
# What no field of such a kind takes. Ticked or not, a box is never wrong.
WRONG: list[tuple[type[forms.Widget], str]] = [
    (drafts.DayInput, "2026-02-30"),
    (drafts.ClockInput, "25:00"),
    (drafts.MomentInput, "2026-02-30T09:00"),
    (drafts.MoneyInput, "1,212"),
    (forms.EmailInput, "guest@"),
    (forms.PasswordInput, "kites"),
    (forms.Select, "nonsense"),
    (forms.CheckboxSelectMultiple, "nonsense"),
    (forms.Textarea, TOO_LONG),
    (forms.TextInput, TOO_LONG),
]


class Reads(Client):
    """A browser of somebody who reads this language, whatever the other one has set."""

    def __init__(self, language: str, person: User | None = None) -> None:
        super().__init__(headers={"Accept-Language": language})
        self.language, self.person = language, person
        self.sent_to = ""  # where a letter has led

    def request(self, **environ: Any) -> Any:
        with templates_used.noted():
            return super().request(**environ)

    def begin(self) -> None:
        if self.person is not None:
            User.objects.filter(pk=self.person.pk).update(language=self.language)


class Form:
    """A form that somebody fills in, once in English and once in Spanish."""

    def __init__(self, english: Reads, spanish: Reads, address: str, good: dict[str, Any], ids: str = "id_%s"):
        self.browsers, self.address, self.good, self.ids = (english, spanish), address, good, ids
        bad = {name: "kites" if "password" in name else TOO_LONG for name in good if name not in NO_FIELDS}
        self.fields = self._read(english.post(address, good | bad)).fields
        for name in ("overlap_allowed", "credential", "passwordless"):  # asked only where two clash; what scripts send
            self.fields.pop(name, None)

    def refuses(self, sent: dict[str, Any], *, at: Set[str]) -> None:
        """In both languages, at these fields and no other, or in an alert; everything stays as it was."""
        messages, pages = [], []
        for language, browser in zip(("en", "es"), self.browsers, strict=True):
            browser.begin()
            lift_limits()  # who tries again and again is stopped otherwise
            with CaptureQueriesContext(connection) as queries:
                response = browser.post(self.address, sent)
            assert not [query["sql"] for query in queries if _writes(query["sql"])]
            assert response.status_code == 422, f"{response.status_code} for {str(sent)[:200]}"
            assert f'<html lang="{language}"' in response.text
            form, controls = self._read(response), Controls(response.text)
            by_field = {name: controls.message(self.ids % name) for name in self.fields}
            assert {name for name, message in by_field.items() if message} == at, form.errors
            messages.append(by_field)
            pages.append(response.text)
            for name, value in sent.items():
                if name in self.fields:
                    self._is_kept(controls, name, [value] if isinstance(value, str) else value)
        if not at:
            alerts = [re.search(r'role="alert">(.*?)</div>\s*</div>', page, re.DOTALL)[1] for page in pages]
            assert alerts[0] != alerts[1]
        for name in at:
            assert messages[0][name] != messages[1][name], f"{name}: {messages[1][name]}"
            assert not TO_A_STRANGER.search(messages[1][name]), messages[1][name]

    def _is_kept(self, controls: Controls, name: str, sent: Sequence[str]) -> None:
        control, widget = controls.by_id[self.ids % name], self.fields[name].widget
        if isinstance(widget, forms.PasswordInput):
            sent = [""]
        elif control.options is not None:  # what is not offered cannot be chosen
            sent = [value for value in sent if value in control.options]
        holds = [value.replace(",", ".") if isinstance(widget, drafts.MoneyInput) else value for value in control.holds]
        assert holds == [
            value.replace(",", ".") if isinstance(widget, drafts.MoneyInput) else value for value in sent
        ], name

    def _read(self, response: HttpResponse) -> forms.BaseForm:
        """The form of the page that was found wanting, without what is hidden in it."""
        shown = [
            value
            for layer in (response.context or [()])[0]
            for value in layer.values()
            if issubclass(type(value), forms.BaseForm) and value.is_bound and value.errors
        ]
        assert shown, f"{response.status_code} {response.get('Location')} {Page(response).text[:300]}"
        return shown[0]

    @property
    def needed(self) -> set[str]:
        return {name for name, field in self.fields.items() if field.required}


def _writes(sql: str) -> bool:
    return bool(re.match(r"(INSERT|UPDATE|DELETE)", sql)) and not re.search(
        r"django_session|handsel_(ratelimitcounter|usedcode|formtoken|keptform)", sql
    )


def _wrong(field: forms.Field) -> str | list[str] | None:
    value = next((value for kind, value in WRONG if isinstance(field.widget, kind)), None)
    return [value] if value and isinstance(field.widget, forms.CheckboxSelectMultiple) else value


def try_all(form: Form, odd: dict[str, str], *, in_all: str = "", at_once: bool = not NIGHTLY) -> None:
    """in_all: the field of which nobody is told that just this one is wrong. at_once: all are wrong, and then one of
    them, instead of each alone.
    """
    if form.needed:
        empty = {name: "" for name, field in form.fields.items() if not isinstance(field.widget, BOXES)}
        form.refuses({name: form.good[name] for name in NO_FIELDS & form.good.keys()} | empty, at=form.needed)
    wrong = {name: value for name, field in form.fields.items() if (value := _wrong(field)) is not None}
    if at_once and len(wrong) > 2:
        form.refuses(form.good | wrong, at=wrong.keys())
        wrong = dict(list(wrong.items())[-1:])
    for name, value in wrong.items():
        form.refuses(form.good | {name: value}, at={name} - {in_all})
    for name, value in odd.items():
        form.refuses(form.good | {name: value}, at={name})
