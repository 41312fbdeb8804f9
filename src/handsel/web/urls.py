"""Every page and every press, by the noun it is about."""

from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from handsel.rules.moves import MOVES, Move
from handsel.rules.pay.period_moves import PeriodMove
from handsel.web.views import (
    access_log,
    asked_times,
    calendar,
    care_schedules,
    care_sessions,
    change_requests,
    erasures,
    expenses,
    exports,
    families,
    issued_documents,
    mail_links,
    members,
    notices,
    pay,
    pay_items,
    pay_periods,
    pay_terms,
    payments,
    pwa,
    raises,
    recording,
    session_imports,
    settings,
    start,
    styleguide,
    tax_identities,
    time_off,
    unsent,
)

app_name = "web"

_family = "families/<uuid:family_id>/"
_schedule = "schedules/<uuid:schedule_id>/"
_session = "sessions/<uuid:session_id>/"
_time_off = "time-off/<uuid:time_off_id>/"
_expense = "expenses/<uuid:expense_id>/"
_item = "pay-items/<uuid:item_id>/"
_period = "pay-periods/<uuid:period_id>/"
_request = "change-requests/<uuid:request_id>/"
# Moves that may ask first which time they are about.
_VIEWS = dict.fromkeys((Move.START, Move.COMPLETE), asked_times.start_or_complete)

urlpatterns = [
    path("", start.index, name="index"),
    path("example/", start.enter_example, name="enter_example"),
    path("language/", require_POST(set_language), name="language"),
    path("more/", start.more, name="more"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("service-worker.js", pwa.service_worker, name="service_worker"),
    path("styleguide/", styleguide.page, name="styleguide"),
    path("offline/", pwa.offline, name="offline"),
    path("offline/unsent/", pwa.offline, {"sent": True}, name="unsent"),
    path("unsent/<uuid:kept_id>/", unsent.form, name="unsent_form"),
    path("today/", start.today, name="today"),
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/add/", calendar.add, name="calendar_add"),
    path("inbox/", notices.inbox_page, name="inbox"),
    path("inbox/read/", notices.mark_all_read, name="read_all"),
    path("inbox/<uuid:notice_id>/", notices.follow, name="notice"),
    path("settings/", settings.page, name="settings"),
    path("settings/devices/add/", notices.add_device, name="add_device"),
    path("settings/devices/<uuid:device_id>/remove/", notices.remove_device, name="remove_device"),
    path("settings/devices/<uuid:device_id>/try/", notices.try_device, name="try_device"),
    path("settings/security/", settings.security, name="security"),
    path("settings/security/devices/", settings.sign_in_list, name="devices"),
    path("settings/security/devices/<int:sign_in_id>/end/", settings.sign_out_one, name="sign_out_one"),
    path("settings/security/devices/others/end/", settings.sign_out_others, name="sign_out_others"),
    path("settings/security/opened/", access_log.own, name="opened"),
    path("settings/security/delete/", settings.delete_account, name="delete_account"),
    path("settings/keys/", settings.api_keys, name="tokens"),
    path("settings/keys/<uuid:token_id>/revoke/", settings.revoke_api_key, name="revoke_token"),
    path("settings/calendars/", calendar.calendar_settings, name="calendars"),
    path("settings/calendars/<uuid:address_id>/revoke/", calendar.revoke_address, name="revoke_address"),
    path("settings/calendars/outside/", calendar.add_outside, name="add_outside_calendar"),
    path(
        "settings/calendars/outside/<uuid:calendar_id>/remove/",
        calendar.remove_outside,
        name="remove_outside_calendar",
    ),
    path("settings/tax-number/", tax_identities.page, name="tax_number"),
    path("settings/tax-number/show/", tax_identities.reveal, name="reveal_tax_number"),
    path("settings/tax-number/delete/", tax_identities.delete, name="delete_tax_number"),
    path("settings/tax-number/share/<uuid:family_id>/", tax_identities.share, name="share_tax_number"),
    path("settings/tax-number/unshare/<uuid:family_id>/", tax_identities.unshare, name="unshare_tax_number"),
    path("settings/notices/", notices.choices, name="notices"),
    path("mail/answer/<str:secret>/", mail_links.answer, name="mail_answer"),
    path("mail/answer/<str:secret>/undo/", mail_links.undo, name="mail_undo"),
    path("mail/stop/<str:secret>/", mail_links.stop, name="mail_stop"),
    path("families/", families.listed, name="families"),
    path("families/new/", families.new, name="new_family"),
    path(_family, families.page, name="family"),
    path(_family + "home/", families.home, name="family_home"),
    path(_family + "pay-periods/", pay_periods.of_family, name="pay_periods"),
    path(_period, pay_periods.page, name="pay_period"),
    path(_period + "change/", pay_periods.change, name="change_pay_period"),
    path(_period + "delete/", pay_periods.delete, name="delete_pay_period"),
    *(
        path(f"{_period}{move.path}/", pay_periods.move, {"move": move}, name=f"{move.value.lower()}_pay_period")
        for move in PeriodMove
    ),
    path(_family + "to-record/", families.to_record, name="to_record"),
    path(_family + "settings/", families.edit, name="edit_family"),
    path(_family + "erase/", erasures.family_page, name="erase_family"),
    path(_family + "erase/ask/", erasures.ask_family, name="ask_to_erase_family"),
    path(_family + "erase/keep/", erasures.keep_family, name="keep_family"),
    path(_family + "access/", access_log.of_family, {"changed": False}, name="who_looked"),
    path(_family + "access/changes/", access_log.of_family, {"changed": True}, name="who_changed"),
    path(_family + "children/", families.list_children, name="children"),
    path(_family + "children/new/", families.add_child, name="new_child"),
    path(_family + "members/", members.page, name="members"),
    path(_family + "phone/", members.phone, name="phone"),
    path(_family + "pay/", pay.page, name="pay"),
    path(_family + "documents/", issued_documents.documents, name="documents"),
    path(_family + "payments/", payments.page, name="payments"),
    path(_family + "payments/new/", payments.new, name="new_payment"),
    path("payments/<uuid:payment_id>/void/", payments.void, name="void_payment"),
    path("payments/<uuid:payment_id>/acknowledge/", payments.acknowledge, name="acknowledge_payment"),
    path(_family + "records/", families.records_now, name="family_records_now"),
    path(_family + "records/<int:year>/", families.records_of_year, name="family_records"),
    path(_family + "records/<int:year>.csv", families.records_csv, name="family_records_csv"),
    path(_family + "export/", exports.page, name="export_record"),
    path(_family + "export/start/", exports.start, name="start_export"),
    path("exports/<uuid:export_id>/stop/", exports.stop, name="stop_export"),
    path("exports/<uuid:export_id>/file/", exports.file, name="export_file"),
    path(_family + "import/", session_imports.page, name="import_sessions"),
    path("imports/<uuid:import_id>/undo/", session_imports.undo, name="undo_import"),
    path(_family + "schedules/", care_schedules.listed, name="schedules"),
    path(_family + "schedules/new/", care_schedules.add, name="new_schedule"),
    path(_family + "sessions/", care_sessions.listed, name="family_sessions"),
    path(_family + "sessions/new/", care_sessions.add, name="new_session"),
    *(
        path(f"{_family}sessions/{move.path}/", care_sessions.move_many, {"move": move}, name=f"{move.path}_sessions")
        for move, step in MOVES.items()
        if step.done_of_many
    ),
    path(_family + "sessions/undo/", care_sessions.undo_many, name="undo_sessions"),
    path(_family + "pay-terms/", pay_terms.page, name="pay_terms"),
    path(_family + "raise/", raises.make, name="raise"),
    path("raises/<uuid:raise_id>/undo/", raises.undo, name="undo_raise"),
    path(_family + "pay-terms/new/", pay_terms.add, name="new_pay_terms"),
    path("pay-terms/<uuid:policy_id>/edit/", pay_terms.edit, name="edit_pay_terms"),
    path("pay-terms/<uuid:policy_id>/delete/", pay_terms.delete, name="delete_pay_terms"),
    path(_family + "time-off/", time_off.of_family, name="time_off"),
    path(_family + "expenses/", expenses.of_family, name="expenses"),
    path(_family + "expenses/new/", expenses.add, name="new_expense"),
    path(_expense + "edit/", expenses.edit, name="edit_expense"),
    path(_expense + "receipts/", expenses.add_receipt, name="add_receipt"),
    path(_expense + "approve/", expenses.approve, name="approve_expense"),
    path(_expense + "decline/", expenses.decline, name="decline_expense"),
    path(_expense + "delete/", expenses.delete, name="delete_expense"),
    path(_family + "pay-items/", pay_items.listed, name="pay_items"),
    path(_family + "pay-items/new/", pay_items.add, name="new_pay_item"),
    path(_item, pay_items.page, name="pay_item"),
    path(_item + "delete/", pay_items.delete, name="delete_pay_item"),
    path(_item + "restore/", pay_items.restore, name="restore_pay_item"),
    path("children/<uuid:child_id>/", families.edit_child, name="child"),
    path("children/<uuid:child_id>/erase/", erasures.child_page, name="erase_child"),
    path("children/<uuid:child_id>/erase/ask/", erasures.ask_child, name="ask_to_erase_child"),
    path("children/<uuid:child_id>/erase/keep/", erasures.keep_child, name="keep_child"),
    path("children/<uuid:child_id>/archive/", families.archive_child, name="archive_child"),
    path("members/<uuid:member_id>/role/", members.change_role, name="member_role"),
    path("members/<uuid:member_id>/remove/", members.remove, name="remove_member"),
    path("invitations/<uuid:invitation_id>/revoke/", members.revoke_invitation, name="revoke_invitation"),
    path("invitations/<str:token>/", members.accept_invitation, name="invitation"),
    path(_schedule, care_schedules.page, name="schedule"),
    path(_schedule + "edit/", care_schedules.edit, name="edit_schedule"),
    path(_schedule + "switch/", care_schedules.switch, name="switch_schedule"),
    path(_schedule + "ahead/", care_schedules.keep_ahead, name="keep_ahead"),
    path(_schedule + "keep/", care_schedules.keep_sessions, name="keep_sessions"),
    path(_schedule + "delete/", care_schedules.delete, name="delete_schedule"),
    path(_schedule + "generate/", care_schedules.generate, name="generate"),
    path("generations/<uuid:batch_id>/undo/", care_schedules.undo_generation, name="undo_generation"),
    path(_session, care_sessions.page, name="session"),
    path(_session + "session.ics", care_sessions.calendar_file, name="session_ics"),
    path(_session + "edit/", care_sessions.edit, name="edit_session"),
    path(_session + "delete/", care_sessions.delete, name="delete_session"),
    *(
        path(
            f"{_session}{move.path}/", _VIEWS.get(move, care_sessions.move), {"move": move}, name=f"{move.path}_session"
        )
        for move in MOVES
        if move is not Move.RECORD
    ),
    path(_session + "record/", recording.record, name="record_session"),
    path(_session + "ask/", recording.ask_to_confirm, name="ask_to_confirm"),
    path(_session + "started/", recording.started, name="started_session"),
    path(_session + "running-late/", care_sessions.tell_running_late, name="running_late"),
    path(_session + "undo/", care_sessions.undo, name="undo_session"),
    path(_session + "request-changes/", change_requests.ask, name="request_changes"),
    *(
        path(f"{_request}{answer}/", change_requests.answer, {"answer": answer}, name=f"{answer}_request")
        for answer in change_requests.ANSWERS
    ),
    path("cant-come/", time_off.cant_come, name="cant_come"),
    path(_time_off, time_off.entry, name="time_off_entry"),
    path(_time_off + "pay/", time_off.pay, name="pay_time_off"),
    path(_time_off + "everywhere/", time_off.count_everywhere, name="count_everywhere"),
    path(_time_off + "delete/", time_off.delete, name="delete_time_off"),
    path(_time_off + "undo/", time_off.undo, name="undo_time_off"),
    path(_time_off + "plan-again/", time_off.plan_again, name="plan_again"),
    path("documents/", issued_documents.my_documents, name="my_documents"),
    path("documents/<uuid:document_id>/file/", issued_documents.document_file, name="document_file"),
    path("records/", families.choose_records, name="records"),
    path("records/mine/", families.my_records_now, name="my_records_now"),
    path("records/mine/<int:year>/", families.my_records, name="my_records"),
    path("records/mine/<int:year>.csv", families.my_records_csv, name="my_records_csv"),
]
