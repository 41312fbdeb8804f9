"""What is newer than the oldest browsers we support is refused, and the colours are there without it."""

import re

import pytest

from script import browsers

pytestmark = pytest.mark.no_database

TOKENS = browsers.SOURCE / "static" / "css" / "tokens.css"


def test_nothing_is_newer_than_the_floor():
    assert list(browsers.complaints()) == []


@pytest.mark.parametrize(
    ("css", "name"),
    [
        ("p { color: light-dark(#000, #fff); }", "light-dark() needs an @supports around it"),
        (":root { --ink: light-dark(#000, #fff); }", "light-dark() needs an @supports around it"),
        ("p { hyphens: auto; }", "hyphens needs -webkit-hyphens beside it"),
        ("p { anchor-name: --a; }", "anchor-name was never"),
        ("p { block-size: 100dvh; }", "the unit dvh was never"),
        ("p { inline-size: 50cqw; }", "the unit cqw was never"),
        ("p { display: ruby; }", "display: ruby was never"),
        ("p { color: oklch(from red l c h); }", "oklch() was never"),
        ("p { &:hover { color: red; } }", "nesting was never"),
        ("p:popover-open { color: inherit; }", ":popover-open was never"),
        ("p:nth-child(2) { color: inherit; }", ":nth-child() was never"),
        ("@starting-style { p { opacity: 0; } }", "@starting-style was never"),
        ("@scope (main) { p { opacity: 0; } }", "@scope was never"),
        ("@media (width < 60rem) { p { opacity: 0; } }", "@media (width) was never"),
        ("@media (prefers-contrast: more) { p { opacity: 0; } }", "@media (prefers-contrast) was never"),
    ],
)
def test_what_is_new_in_css_is_refused(css, name):
    assert name in "; ".join(words for _, words in browsers.complaints_about_css(css))


@pytest.mark.parametrize(
    "css",
    [
        "@supports (color: light-dark(#000, #fff)) { p { color: light-dark(#000, #fff); } }",
        "p { -webkit-hyphens: auto; hyphens: auto; }",
        '@media print { a::after { content: "a; b {"; } } /* nesting: & and 100dvh */',
        "@container entry (max-height: 4rem) { p:has(> b) { color: color-mix(in oklab, var(--ink), #fff 25%); } }",
    ],
)
def test_what_is_old_or_fenced_passes(css):
    assert list(browsers.complaints_about_css(css)) == []


@pytest.mark.parametrize(
    "script",
    [
        "const text = query.size ? 1 : 2;",
        "cookieStore.get('csrftoken');",
        "rows.toSorted();",
        "Object.groupBy(rows, key);",
        "box.checkVisibility();",
        "rows.with(1, 2);",
        "document.startViewTransition(swap);",
    ],
)
def test_what_is_new_in_scripts_is_refused(script):
    assert [line for line, _ in browsers.complaints_about_script(f"// rows.toSorted()\n{script}")] == [2]


@pytest.mark.parametrize(
    "markup", ["<p popover>", '<button popovertarget="a">', '<details class="a" name="b">', "<search>"]
)
def test_what_is_new_in_templates_is_refused(markup):
    assert list(browsers.complaints_about_template(markup))


def test_each_colour_is_there_without_light_dark():
    """Each pair repeats the plain colour that stands before it, so that a button has ground and edge everywhere."""
    declared = {"plain": {}, "pairs": {}}
    for _, around, text, is_rule in browsers.parts(TOKENS.read_text("utf-8")):
        if not is_rule and text.startswith("--"):
            name, value = text.split(": ", 1)
            kind = "pairs" if any(head.startswith("@supports") for head in around) else "plain"
            declared[kind][name] = value
    by_day = {name: re.fullmatch(r"light-dark\((#\w+), #\w+\)", value)[1] for name, value in declared["pairs"].items()}
    assert by_day
    assert by_day.items() <= declared["plain"].items()
    assert by_day.keys() == {name for name, value in declared["plain"].items() if value.startswith("#")}


def test_every_colour_that_is_used_is_declared():
    css = "\n".join(path.read_text("utf-8") for path in browsers.files()["css"])
    assert set(re.findall(r"var\((--[\w-]+)\)", css)) <= set(re.findall(r"(--[\w-]+):", css))
