"""Each person reads the pages in a language of their own, whatever the others read."""

import pytest
from django.test import Client
from django.utils import translation

from handsel.models import User
from handsel.rules.lifecycle import State
from tests.sent_letters import sent_letters
from tests.web.visitor import Page, Visitor

pytestmark = pytest.mark.any_database


@pytest.fixture
def ana_in_spanish(world) -> Visitor:
    User.objects.filter(pk=world.ana.pk).update(language="es")
    world.ana.refresh_from_db()
    return Visitor(world.ana)


def test_ana_reads_spanish_and_noor_english_of_the_same_session(ana_in_spanish, noor, world):
    session = world.session("2026-06-02 09:00", hourly_rate="1212.50")
    home = ana_in_spanish.get("family_home", world.riveras.id)
    assert '<html lang="es">' in home.html
    assert home.says("lunes, 1 de junio Por confirmar 1 sesión Confirmarla")
    assert home.says("1–7 jun 1 sesión · 8 h · $9,700.00")
    assert home.says("Noor · 8 h · única · $9,700.00")
    page = noor.get("session", session.id)
    assert '<html lang="en">' in page.html
    assert page.says("Tuesday, 2 June Not confirmed yet Emma with Noor")
    assert page.says("$9,700.00")


def test_every_page_is_there_in_spanish(ana_in_spanish, world):
    schedule = world.schedule()
    session = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    done = world.session("2026-05-04 09:00", state=State.COMPLETED)
    for route, *args in (
        ("family", world.riveras.id),
        ("children", world.riveras.id),
        ("members", world.riveras.id),
        ("new_schedule", world.riveras.id),
        ("schedule", schedule.id),
        ("edit_schedule", schedule.id),
        ("generate", schedule.id),
        ("session", session.id),
        ("session", done.id),
        ("edit_session", done.id),
        ("request_changes", session.id),
        ("new_session", world.riveras.id),
        ("family_records", world.riveras.id, 2026),
        ("time_off", world.riveras.id),
        ("inbox",),
        ("settings",),
        ("tokens",),
        ("calendars",),
    ):
        page = ana_in_spanish.get(route, *args)
        assert '<html lang="es">' in page.html
        # A number that is meant for the browser keeps its point: in a decimal comma a bar would lose its place.
        assert ' y="0,' not in page.html
        assert " of the " not in page.text


def test_a_refused_form_speaks_at_its_field_and_keeps_what_was_typed(ana_in_spanish, world):
    sent = {"first_name": " ", "last_name": "x" * 121, "date_of_birth": "2026-02-30", "notes": "Le gusta el mango"}
    page = ana_in_spanish.post("new_child", world.riveras.id, status=422, **sent)
    assert page.error_at("first_name") == "Completa este campo."
    assert page.error_at("last_name") == "Escribe como máximo 120 caracteres."
    assert page.error_at("date_of_birth") == "Ese día no existe en el calendario."
    assert page.value_of("notes") == "Le gusta el mango"


def test_what_an_action_finds_is_said_in_the_persons_language(ana_in_spanish, noor, world):
    sent = {"first_name": "Niña", "date_of_birth": "2026-06-09"}
    page = ana_in_spanish.post("new_child", world.riveras.id, status=422, **sent)
    assert page.error_at("date_of_birth") == "Ese día todavía no llega."
    over = world.session("2026-06-01 05:00", hours=1, state=State.CANCELLED)
    page = ana_in_spanish.post("restore_session", over.id, status=409)
    assert page.says("Esta sesión ya pasó: no se puede recuperar. Nada cambió.")
    page = ana_in_spanish.post("confirm_session", over.id, status=409)
    assert page.says("Esta sesión está cancelada: no se puede confirmar. Nada cambió.")
    assert noor.post("confirm_session", over.id, status=403).says("Your role in this family does not allow that.")


def test_a_program_reads_english_whoever_asks(ana_in_spanish, world):
    answer = ana_in_spanish.client.get("/api/v1/children/nonsense")
    assert answer.json()["detail"] == "There is nothing here that you can see."
    refused = ana_in_spanish.client.post(
        f"/api/v1/families/{world.riveras.id}/children", {"firstName": " "}, content_type="application/json"
    )
    assert refused.json()["errors"] == [{"field": "firstName", "message": "Fill this in."}]


def test_notices_and_history_are_told_in_the_readers_language(ana_in_spanish, noor, world):
    session = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    same = {"child_ids": [str(world.emma.id)], "nanny_id": str(world.noor_of_riveras.id), "hourly_rate": "25.00"}
    noor.press("edit_session", session.id, day="2026-06-02", starts="10:00", ends="17:00", version="1", **same)
    inbox = ana_in_spanish.get("inbox")
    assert inbox.says("Noor cambió una sesión confirmada. Tienes que confirmarla otra vez")
    assert inbox.says("Noor la movió para empezar a las 10:00 en vez de 09:00")
    assert ana_in_spanish.get("session", session.id).says("Noor la movió para empezar a las 10:00 en vez de 09:00")


def test_an_hour_that_ends_with_a_point_ends_the_sentence(ana_in_spanish, noor, world):
    User.objects.filter(pk=world.ana.pk).update(hour_cycle=12)
    session = world.session("2026-06-01 08:00", state=State.IN_PROGRESS)
    assert ana_in_spanish.get("family_home", world.riveras.id).says("Desde 8:00 a. m., Noor está con Emma.")
    ahead = world.session("2026-06-02 09:00")
    same = {"child_ids": [str(world.emma.id)], "nanny_id": str(world.noor_of_riveras.id), "hourly_rate": "25.00"}
    ana_in_spanish.press("edit_session", ahead.id, day="2026-06-02", starts="09:00", ends="18:00", version="1", **same)
    for page in (ana_in_spanish.get("session", session.id), ana_in_spanish.get("session", ahead.id)):
        assert ".." not in page.text.replace("…", "")


# Strangers


@pytest.mark.parametrize(
    ("asked_for", "heading"),
    [("es-MX,es;q=0.9,en;q=0.5", "Iniciar sesión"), ("en-GB,en", "Sign in"), ("tlh,fr", "Sign in"), ("", "Sign in")],
)
def test_a_stranger_is_answered_in_the_browsers_language(world, asked_for, heading):
    response = Client(headers={"Accept-Language": asked_for}).get("/accounts/login/")
    assert Page(response).says(f"Handsel {heading}")
    assert "Accept-Language" in response["Vary"]
    assert Page(Client(headers={"Accept-Language": "es"}).get("/nowhere")).says("Aquí no hay nada")


def test_a_stranger_switches_and_signs_up_in_that_language(world):
    client = Client()
    page = Page(client.get("/accounts/signup/?next=/invitations/x/"))
    assert '<button type="submit" class="button" data-kind="quiet" name="language" value="es" lang="es">Español' in (
        " ".join(page.html.split()).replace('" class', '" class')
    )
    back = client.post("/language/", {"language": "es", "next": "/accounts/signup/"})
    assert (back.status_code, back["Location"]) == (302, "/accounts/signup/")
    assert Page(client.get("/accounts/signup/")).says("Crear cuenta")
    refused = Page(client.post("/accounts/signup/", {"name": "Niñera", "email": "newcomer@", "password1": "corta"}))
    assert refused.error_at("email")
    assert "contraseña" in refused.error_at("password1")
    client.post(
        "/accounts/signup/", {"name": "Niñera", "email": "newcomer@example.com", "password1": "tres mangos maduros"}
    )
    assert User.objects.get(email="newcomer@example.com").language == "es"


def test_letters_are_written_in_the_language_of_who_gets_them(world):
    User.objects.filter(pk=world.noor.pk).update(language="es")
    stranger = Client(headers={"Accept-Language": "en"})
    for email in (world.noor.email, world.bea.email):
        Client(headers={"Accept-Language": "en"}).post("/accounts/login/code/", {"email": email})
    to_noor, to_bea = sent_letters()
    assert to_noor.subject == "Tu código"
    assert "Este código inicia tu sesión. Escríbelo en la página que lo pide:" in to_noor.body
    assert "Handsel en " in to_noor.body
    assert "This code signs you in. Enter it on the page that asks for it:" in to_bea.body
    wrong = Page(stranger.post("/accounts/login/", {"login": world.noor.email, "password": "emma"}))
    assert wrong.says("Wrong e-mail address or password.")


def test_a_language_that_is_gone_is_english(world):
    User.objects.filter(pk=world.ana.pk).update(language="tlh")
    assert '<html lang="en">' in Visitor(User.objects.get(pk=world.ana.pk)).get("settings").html


def test_the_setting_takes_effect_at_once(ana, world):
    form = {"name": "Ana", "language": "es", "time_zone": "", "hour_cycle": "12", "week_starts_on": "6"}
    assert ana.press("settings", **form).says("Ajustes Yo")
    page = ana.get("session", world.session("2026-06-02 13:00").id)
    assert page.says("1:00 p. m.")
    assert translation.get_language() == "en"


# What is typed


def test_amounts_and_times_are_taken_as_people_write_them(ana_in_spanish, world):
    form = {"day": "2026-06-03", "starts": "2:30 PM", "ends": "6:00 p. m.", "child_ids": [str(world.emma.id)]}
    shown = ana_in_spanish.get("new_session", world.riveras.id)
    assert shown.value_of("hourly_rate") == "25.00"
    page = ana_in_spanish.press("new_session", world.riveras.id, **form, hourly_rate="27,50", is_confirmed="on")
    assert page.says("14:30–18:00")
    assert page.says("$27.50 por hora")
    refused = ana_in_spanish.post("new_session", world.riveras.id, status=422, **form | {"starts": "6am"})
    assert refused.error_at("starts") == "Escribe la hora como HH:MM, así: 06:00."
    refused = ana_in_spanish.post("new_session", world.riveras.id, status=422, **form, hourly_rate="1,212")
    assert refused.error_at("hourly_rate") == "Escribe el monto como un número, así: 25,00."
