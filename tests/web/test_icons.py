from django.template import Context, Template

from handsel.web import icons


def test_an_icon_is_for_the_eye_alone():
    assert icons.icon("alert") == '<svg class="icon" aria-hidden="true"><use href="#icon-alert" /></svg>'


def test_an_icon_with_a_label_is_heard():
    html = Template('{% icon "done" label=label %}').render(Context({"label": 'always & "now"'}))
    heard = 'role="img" aria-label="always &amp; &quot;now&quot;"'
    assert html == f'<svg class="icon" {heard}><use href="#icon-done" /></svg>'


def test_the_sign_of_a_running_session_beats():
    assert 'class="icon pulse"' in icons.state_icon("in-progress")
    assert 'class="icon"' in icons.state_icon("confirmed")
