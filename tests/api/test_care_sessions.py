"""Sessions over HTTP: made, listed, moved, changed, asked about."""

import pytest

from handsel.rules.lifecycle import State
from tests.api.contract import Api

pytestmark = pytest.mark.any_database


def test_an_impromptu_session_in_the_familys_wall_time_or_as_an_instant(world, ana):
    path = f"/families/{world.riveras.id}/care-sessions"
    sent = {
        "scheduledStart": "2026-06-02T15:00",
        "scheduledEnd": "2026-06-02T19:00:00-04:00",
        "childIds": [str(world.emma.id)],
        "hourlyRate": 30,
        "nannyId": str(world.noor_of_riveras.id),
        "isConfirmed": True,
    }
    made = ana.post(path, sent)
    assert made.status_code == 201
    session = made.json()
    assert (session["scheduledStart"], session["scheduledEnd"]) == ("2026-06-02T19:00:00Z", "2026-06-02T23:00:00Z")
    assert (session["scheduleId"], session["slotDate"], session["isConfirmed"]) == (None, None, True)
    assert (session["hourlyRate"], session["timeZone"]) == ("30.00", "America/New_York")
    assert session["confirmedBy"] == str(world.ana_of_riveras.id)
    assert ana.get(f"/care-sessions/{session['id']}").json() == session
    twice = ana.post(path, sent)
    assert twice.json()["clashes"] == [
        {
            "sessionId": session["id"],
            "scheduledStart": "2026-06-02T19:00:00Z",
            "scheduledEnd": "2026-06-02T23:00:00Z",
        }
    ]


def test_a_day_of_care_from_the_question_to_the_amount(world, ana, noor):
    session = world.session("2026-06-01 07:00")
    path = f"/care-sessions/{session.id}"
    assert noor.post(f"{path}/confirm").json()["code"] == "not_allowed"
    assert noor.post(f"{path}/start").json()["code"] == "wrong_state"
    assert ana.post(f"{path}/confirm").json()["isConfirmed"] is True
    assert ana.post(f"{path}/confirm").json()["code"] == "wrong_state"
    assert ana.post(f"{path}/start").json()["code"] == "not_allowed"
    started = noor.post(f"{path}/start", {"at": "2026-06-01T07:03:41"}).json()
    assert (started["status"], started["actualStart"]) == ("IN_PROGRESS", "2026-06-01T11:03:41Z")
    assert noor.delete(path).json()["code"] == "kept_for_the_record"
    done = noor.post(f"{path}/complete", {}).json()
    assert (done["status"], done["actualEnd"], done["isConfirmed"]) == ("COMPLETED", "2026-06-01T12:00:00Z", True)
    assert ana.patch(path, {"actualEnd": "2026-06-01T11:59:00Z"}).json()["errors"][0]["field"] == "reason"
    mended = ana.patch(path, {"actualEnd": "2026-06-01T11:59:00Z", "reason": "Left a minute early"}).json()
    assert mended["actualEnd"] == "2026-06-01T11:59:00Z"
    kinds = [event["kind"] for event in ana.get(f"{path}/events").json()["items"]]
    assert kinds == [f"care_session.{done}" for done in ("confirmed", "started", "completed", "corrected")]


def test_cancelling_keeps_the_reason_and_restoring_asks_anew(world, ana, noor):
    path = f"/care-sessions/{world.session(state=State.CONFIRMED).id}"
    cancelled = noor.post(f"{path}/cancel", {"reason": "A cold"}).json()
    assert (cancelled["status"], cancelled["cancelReason"], cancelled["isConfirmed"]) == ("CANCELLED", "A cold", True)
    assert cancelled["cancelledBy"] == str(world.noor_of_riveras.id)
    restored = ana.post(f"{path}/restore").json()
    assert (restored["status"], restored["isConfirmed"], restored["cancelReason"]) == ("SCHEDULED", False, "")
    assert restored["cancelledAt"] is None


def test_starting_far_too_early_names_at(world, noor):
    path = f"/care-sessions/{world.session('2026-06-02 09:00', state=State.CONFIRMED).id}/start"
    assert noor.post(path).json()["errors"][0]["field"] == "at"
    assert noor.post(path, {"at": "soon", "reason": 5, "by": "me"}).json()["errors"] == [
        {"field": "at", "message": "Enter date and time like 2026-06-01T06:00, or 2026-06-01T06:00:00Z."},
        {"field": "reason", "message": "Enter this as text."},
        {"field": "by", "message": "There is no such field here."},
    ]


def test_one_nanny_runs_one_session(world, noor):
    world.session("2026-06-01 05:00", hours=1, state=State.IN_PROGRESS, family=world.okafors)
    path = f"/care-sessions/{world.session('2026-06-01 08:00', state=State.CONFIRMED).id}/start"
    assert noor.post(path).json()["code"] == "already_running"


def test_many_are_confirmed_each_by_itself(world, ana):
    fine, over, other = world.session(), world.session(state=State.CANCELLED), world.session(family=world.okafors)
    ids = [str(session.id) for session in (fine, over, other)]
    answer = ana.post(f"/families/{world.riveras.id}/care-sessions/confirm", {"sessionIds": ids}).json()
    assert answer["confirmed"] == ids[:1]
    assert [(refusal["sessionId"], refusal["code"]) for refusal in answer["refused"]] == [
        (ids[1], "wrong_state"),
        (ids[2], "not_found"),
    ]


def test_the_list_filters_by_all_that_it_says(world, ana):
    schedule = world.schedule()
    monday = world.session("2026-06-01 23:30", hours=1, schedule=schedule, slot_date="2026-06-01")
    tuesday = world.session("2026-06-02 00:30", hours=1, nanny=world.bea_of_riveras, children=[world.theo])
    done = world.session("2026-05-29 09:00", state=State.COMPLETED)
    names = {str(monday.id): "monday", str(tuesday.id): "tuesday", str(done.id): "done"}
    for query, expected in {
        "": ["done", "monday", "tuesday"],
        "order=-scheduledStart": ["tuesday", "monday", "done"],
        "from=2026-06-01": ["monday", "tuesday"],
        "from=2026-06-01&to=2026-06-01": ["monday"],
        "to=2026-06-01": ["done", "monday"],
        "status=COMPLETED": ["done"],
        "status=COMPLETED&status=SCHEDULED": ["done", "monday", "tuesday"],
        "isConfirmed=true": ["done"],
        f"scheduleId={schedule.id}": ["monday"],
        f"childId={world.theo.id}": ["tuesday"],
        f"nannyId={world.bea_of_riveras.id}": ["tuesday"],
        f"nannyId={world.noor_of_okafors.id}": [],
    }.items():
        items = ana.get(f"/families/{world.riveras.id}/care-sessions", query).json()["items"]
        assert [names[item["id"]] for item in items] == expected, query


def test_a_session_is_listed_on_the_day_of_the_zone_it_was_made_in(world, ana):
    here = world.session("2026-06-02 00:30", hours=1)
    far = world.session("2026-06-01 12:00", time_zone="Pacific/Auckland")  # 04:00 on the second there
    ana.patch(f"/families/{world.riveras.id}", {"timeZone": "Europe/London"})
    items = ana.get(f"/families/{world.riveras.id}/care-sessions", "from=2026-06-02&to=2026-06-02").json()["items"]
    assert [item["id"] for item in items] == [str(far.id), str(here.id)]


def test_unconfirmed_ones_are_those_still_to_come_soonest_first(world, ana):
    world.session("2026-05-31 09:00")
    world.session(state=State.CONFIRMED)
    later, sooner = world.session("2026-06-05 09:00"), world.session("2026-06-01 04:00", hours=5)
    items = ana.get(f"/families/{world.riveras.id}/care-sessions/unconfirmed").json()["items"]
    assert [item["id"] for item in items] == [str(sooner.id), str(later.id)]


def test_rates_are_hidden_in_sessions_and_in_history(world, ana, noor, bea, viewer):
    path = f"/care-sessions/{world.session().id}"
    ana.patch(path, {"hourlyRate": "31.00"})
    for reader, rate, changes in (
        (ana, "31.00", ["25.00", "31.00"]),
        (noor, "31.00", ["25.00", "31.00"]),
        (bea, None, [None, None]),
        (viewer, None, [None, None]),
    ):
        assert reader.get(path).json()["hourlyRate"] == rate
        assert reader.get(f"{path}/events").json()["items"][0]["changes"]["hourlyRate"] == changes
        history = reader.get(f"/families/{world.riveras.id}/events").json()["items"]
        assert history[-1]["changes"]["hourlyRate"] == changes


def test_a_deleted_session_lives_on_in_its_familys_history(world, ana, noor):
    session = world.session()
    assert noor.delete(f"/care-sessions/{session.id}").status_code == 204
    assert ana.get(f"/care-sessions/{session.id}/events").status_code == 404
    line = ana.get(f"/families/{world.riveras.id}/events").json()["items"][-1]
    assert (line["kind"], line["by"], line["source"]) == (
        "care_session.deleted",
        str(world.noor_of_riveras.id),
        "API",
    )
    assert line["changes"]["id"] == [str(session.id), None]


def test_changes_are_asked_for_and_answered(world, ana, noor):
    session = world.session(state=State.CONFIRMED)
    path = f"/care-sessions/{session.id}/change-requests"
    sent = {"message": "An hour later?", "scheduledStart": "2026-06-02T10:00", "scheduledEnd": "2026-06-02T18:00"}
    answer = ana.post(path, sent)
    assert answer.status_code == 201
    request = answer.json()
    assert (request["status"], request["scheduledStart"], request["childIds"]) == (
        "OPEN",
        "2026-06-02T14:00:00Z",
        None,
    )
    assert ana.post(path, sent).json()["code"] == "wrong_state"
    assert ana.post(f"/change-requests/{request['id']}/accept").json()["code"] == "not_allowed"
    accepted = noor.post(f"/change-requests/{request['id']}/accept", {"message": "Gladly"})
    assert (accepted.status_code, accepted.json()["status"], accepted.json()["answer"]) == (200, "ACCEPTED", "Gladly")
    assert noor.get(f"/care-sessions/{session.id}").json()["scheduledStart"] == "2026-06-02T14:00:00Z"
    second = noor.post(path, {"message": "With Theo?", "childIds": [str(world.theo.id)]}).json()
    assert second["childIds"] == [str(world.theo.id)]
    assert (
        ana.post(f"/change-requests/{second['id']}/decline", {"message": "Not this time"}).json()["status"]
        == "DECLINED"
    )
    third = ana.post(path, {"message": "Never mind"}).json()
    assert ana.post(f"/change-requests/{third['id']}/withdraw").json()["status"] == "WITHDRAWN"
    listed = ana.get(path).json()["items"]
    assert [item["status"] for item in listed] == ["ACCEPTED", "DECLINED", "WITHDRAWN"]


def test_time_off_is_entered_listed_and_taken_back(world, ana, noor):
    path = f"/families/{world.riveras.id}/time-off"
    of_noor = noor.post(path, {"from": "2026-07-01", "to": "2026-07-14", "reason": "Home"})
    assert (of_noor.status_code, of_noor.json()["nannyId"]) == (201, str(world.noor_of_riveras.id))
    ours = ana.post(path, {"from": "2026-06-10", "to": "2026-06-10", "startTime": "08:00", "endTime": "12:00"}).json()
    assert (ours["nannyId"], ours["startTime"], ours["endTime"]) == (None, "08:00", "12:00")
    assert [item["from"] for item in noor.get(path).json()["items"]] == ["2026-06-10", "2026-07-01"]
    line = ana.get(f"/families/{world.riveras.id}/events").json()["items"][-1]
    assert (line["changes"]["timeOffId"], line["changes"]["fromDate"]) == ([None, ours["id"]], [None, "2026-06-10"])
    assert noor.delete(f"/time-off/{ours['id']}").status_code == 403
    assert ana.delete(f"/time-off/{ours['id']}").status_code == 204
    assert ana.post(path, {"from": "2026-06-10", "to": "2026-06-09", "startTime": "8"}).json()["errors"] == [
        {"field": "startTime", "message": "Enter the time as HH:MM, like 06:00."},
        {"field": "to", "message": "The last day can’t be before the first."},
    ]


def test_time_off_over_sessions_answers_which_and_decides_over_them(world, ana, noor):
    ada = Api(world, world.ada)
    agreed = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    theirs = world.session("2026-06-04 09:00", state=State.CONFIRMED, family=world.okafors)
    path, theirs_path = (f"/families/{family.id}/time-off" for family in (world.riveras, world.okafors))
    draft = {"nannyId": str(world.noor_of_riveras.id), "from": "2026-06-02", "to": "2026-06-05", "reason": "Flu"}
    entered = noor.post(path, draft | {"sessions": "UNASSIGN", "tellReason": [str(world.okafors.id)]}).json()
    assert entered["affected"] == [
        {
            "sessionId": str(session.id),
            "familyId": str(session.family_id),
            "scheduledStart": f"{session.scheduled_start:%Y-%m-%dT%H:%M:%SZ}",
            "scheduledEnd": f"{session.scheduled_end:%Y-%m-%dT%H:%M:%SZ}",
            "isConfirmed": True,
            "decided": "UNASSIGN",
        }
        for session in (agreed, theirs)
    ]
    for who, where, member, reason in (
        (ana, path, world.noor_of_riveras, None),
        (noor, path, world.noor_of_riveras, None),
        (ada, theirs_path, world.noor_of_okafors, "Flu"),
    ):
        [shown] = who.get(where).json()["items"]
        assert (shown["id"], shown["familyId"]) == (entered["id"], str(member.family_id))
        assert (shown["nannyId"], shown["reason"]) == (str(member.id), reason)
    assert ada.delete(f"/time-off/{entered['id']}").status_code == 403
    assert noor.delete(f"/time-off/{entered['id']}").status_code == 204
    assert ana.get(path).json()["items"] == ada.get(theirs_path).json()["items"] == []
    assert ana.get(f"/care-sessions/{agreed.id}").json()["nannyId"] is None
    wrong = noor.post(path, draft | {"sessions": "SHORTEN", "tellReason": ["x"]}).json()["errors"]
    assert {error["field"] for error in wrong} == {"sessions", "tellReason"}


@pytest.mark.parametrize("field", ["scheduledStart", "childIds", "overlapAllowed"])
def test_null_empties_only_what_may_be_empty(world, ana, field):
    answer = ana.patch(f"/care-sessions/{world.session().id}", {field: None})
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_whole_number_is_one_however_json_writes_it(world, noor):
    path = f"/care-sessions/{world.session('2026-06-01 09:00', state=State.CONFIRMED).id}/running-late"
    assert noor.post(path, {"minutes": 10.5}).status_code == 422
    assert noor.post(path, {"minutes": 10.0}).status_code == 204
