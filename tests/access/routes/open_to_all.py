"""What stands outside the table: open to everybody, or a way in."""

# Open to everybody, and the same for everybody: method and route -> status.
PUBLIC = {
    "GET healthz": 200,
    "GET metrics": 404,  # off; tests/observability
    "GET api_docs": 200,
    "GET openapi": 200,
    "GET feeds:calendar": 404,  # nobody knows any secret; tests/feeds
    "GET web:mail_answer": 404,  # nor any of these: tests/web/test_mail_answers.py
    "POST web:mail_undo": 404,
    "GET web:mail_stop": 404,
    "GET web:unsent_form": 404,  # nor any id: tests/web/test_unsent.py
    "GET web:manifest": 200,
    "GET web:service_worker": 200,
    "GET web:offline": 200,
    "GET web:unsent": 200,
    "GET web:styleguide": 404,  # but in example and debug mode
}
# Ways of signing in: -> what somebody who is signed out gets, and somebody who is signed in.
SIGN_IN = {
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_signup": (200, 302),
    "account_inactive": (200, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_request_login_code": (200, 302),
    "account_confirm_login_code": (302, 302),
    "account_email_verification_sent": (302, 302),
    "account_email": (302, 200),
    "account_reauthenticate": (302, 200),
    "mfa_index": (302, 302),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 302),
    "mfa_activate_totp": (302, 302),
    "mfa_deactivate_totp": (302, 404),
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 302),
    "mfa_add_webauthn": (302, 302),
    "mfa_login_webauthn": (302, 302),
    "mfa_reauthenticate_webauthn": (302, 302),
    "mfa_edit_webauthn": (302, 302),
    "mfa_remove_webauthn": (302, 302),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
}
# Whoever holds the address of an invitation may read it, signed in or not.
INVITATION = "web:invitation"
