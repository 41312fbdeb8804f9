"""Write docs/reference/browsers.md, which says in what browsers the pages work; with --check say instead whether it is
stale, and what in CSS, scripts and templates is newer than that, or was never looked up.

The floor is not chosen: it is the youngest feature that the pages rest on. Beyond it stands only what a browser may
lack, with what is lost then and how it is fenced. The versions are MDN's, and a nightly test compares them.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "browsers.md"
SOURCE = ROOT / "src" / "handsel"
NEVER = 999.0  # no version knows it

IN_SUPPORTS = "inside @supports"
PREFIXED = "with its -webkit- twin before it"
TESTED = "only where it is there (?.)"
ALONE = "nothing rests on it"


@dataclass(frozen=True)
class Feature:
    """`name` as the check writes it, with the first version that has it whole; Safari is the phone's."""

    name: str
    chrome: float
    firefox: float
    safari: float
    without: str  # what somebody loses whose browser lacks it
    fence: str = ""


RESTS_ON = (
    Feature("@layer", 99, 97, 15.4, "pages stand there without any style, and work"),
    Feature(":has()", 105, 121, 15.4, "the bar for many sessions always stands; what goes by a choice stays in sight"),
    Feature("@container", 105, 110, 16, "short sessions in the week are cut off instead of set in one line"),
    Feature("subgrid", 117, 71, 16, "the hours of the week's days do not stand in line"),
    Feature("contain: inline-size", 105, 101, 16, "long names widen the days of the week"),
    Feature("translate", 104, 72, 14.5, "the hours stand below their lines"),
    Feature("overflow: clip", 90, 81, 16, "what is too long runs out of its block"),
    Feature("color-mix()", 111, 113, 16.2, "the main button looks the same under the pointer"),
    Feature("float: inline-start", 118, 55, 15, "in narrow blocks the state takes a line of its own"),
    Feature("outline", 94, 88, 16.4, "the ring around what has the focus has square corners"),
    Feature("findLast", 97, 104, 15.4, "arrow keys do not move from day to day in the calendar"),
    Feature("at", 92, 90, 15.4, "arrow keys do not turn the calendar's page"),
    Feature("requestSubmit", 76, 75, 16, "choosing a family in the calendar needs its button"),
    Feature("submitter", 81, 75, 15.4, "a pressed button does not say that it is working"),
    Feature("replaceChildren", 86, 78, 14, "troubles with the network are not told"),
    Feature("PushManager", 42, 44, 16.4, "nothing can be told on the device while Handsel is closed"),
)
BEYOND = (
    Feature("light-dark()", 123, 120, 17.5, "pages are light, also where the device is dark", IN_SUPPORTS),
    Feature("@media (scripting)", 120, 113, 17, "the button beside the calendar's families stays in sight", ALONE),
    Feature("text-wrap: balance", 114, 121, 17.5, "headings of two lines break unevenly", ALONE),
    Feature("text-wrap: pretty", 117, NEVER, 26, "a paragraph may end with one short word", ALONE),
    Feature("text-wrap: wrap", 114, 124, 17.4, "nothing: there is no balance to undo", ALONE),
    Feature("hyphens", 55, 43, 17, "nothing: it has another name", PREFIXED),
    Feature("text-size-adjust", 54, NEVER, NEVER, "nothing: Safari has another name for it", PREFIXED),
    Feature("print-color-adjust", 136, 97, 15.4, "nothing: it has another name", PREFIXED),
    Feature("accent-color", 93, 92, 26.2, "ticks are blue instead of green", ALONE),
    Feature("@page", 2, 19, 18.2, "landscape has to be chosen when the calendar is printed", ALONE),
    Feature("break-after: avoid", 50, NEVER, NEVER, "a heading may stand alone at the foot of a sheet", ALONE),
    Feature("cookieStore", 87, 140, 18.4, "a device whose push address changed has to be added anew", TESTED),
)
FEATURES = {feature.name: feature for feature in (*RESTS_ON, *BEYOND)}
FLOOR = {
    "chrome": max(feature.chrome for feature in RESTS_ON),
    "firefox": max(feature.firefox for feature in RESTS_ON),
    "safari": max(feature.safari for feature in RESTS_ON),
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# All else that stands in our CSS, each older than the floor in every browser. What is new is looked up at MDN first.
KNOWN_PROPERTIES = _words(
    """
    align-content align-items align-self animation background background-color background-image block-size border
    border-block border-block-end border-block-start border-collapse border-color border-inline-end border-inline-start
    border-inline-start-width border-radius border-style border-width box-shadow box-sizing break-after break-inside
    clip-path color color-scheme column-gap contain container content cursor display fill flex flex-basis flex-wrap
    float font font-family font-size font-variant-numeric font-weight gap grid grid-area grid-auto-columns
    grid-auto-flow grid-column grid-row grid-template grid-template-columns grid-template-rows inline-size inset
    inset-block-end inset-block-start inset-inline-start justify-content justify-items justify-self letter-spacing
    line-height list-style margin margin-block margin-block-end margin-block-start margin-inline margin-inline-end
    margin-inline-start max-block-size max-inline-size min-block-size min-inline-size opacity order outline-color
    outline-offset overflow overflow-wrap overflow-x overflow-y padding padding-block padding-block-end
    padding-block-start padding-inline padding-inline-end padding-inline-start page place-items pointer-events position
    row-gap scroll-margin-block-start scroll-padding-block size stroke stroke-dasharray stroke-linecap stroke-linejoin
    stroke-width table-layout text-align text-anchor text-decoration text-decoration-thickness text-overflow
    text-transform text-underline-offset text-wrap transition vector-effect vertical-align white-space z-index
    """
)
KNOWN_WORDS = _words(
    """
    absolute anywhere auto avoid baseline block border-box both break-word center clip collapse column contents
    currentcolor dark dashed dotted double ease ellipsis end exact fixed flex grid important in infinite inherit inline
    inline-block inline-flex inline-grid inset landscape light line-through lining-nums middle monospace no-repeat
    non-scaling-stroke none normal not-allowed nowrap oklab pointer progress relative repeat round row sans-serif serif
    size solid space-between span start static sticky stretch system-ui tabular-nums to top transparent ui-monospace
    underline uppercase wrap entry pulse wall
    """
)
_KNOWN_VALUES = KNOWN_WORDS | KNOWN_PROPERTIES
KNOWN_FUNCTIONS = _words("calc clamp env inset is linear-gradient min minmax not repeat repeating-linear-gradient var")
KNOWN_PSEUDO = _words(
    """
    after before checked disabled empty first-child first-letter first-of-type focus focus-visible hover last-child
    last-of-type root
    """
)
KNOWN_AT_RULES = {"keyframes", "media", "supports"}
KNOWN_CONDITIONS = _words("max-height max-width min-height min-width prefers-reduced-motion color hover")
KNOWN_UNITS = _words("px rem em ch fr s ms deg vw vh pt mm")

# In scripts and templates most names are our own, so here stands what is too new. What this list does not know either,
# the nightly test finds in MDN's data.
TOO_NEW_IN_SCRIPTS = re.compile(
    r"""\b(?:canParse|checkVisibility|commandForElement|difference|fromAsync|getOrInsert|getSetCookie|groupBy
    |hidePopover|intersection|isDisjointFrom|isSubsetOf|isSupersetOf|isWellFormed|moveBefore|requestIdleCallback
    |scheduler|setHTML|setHTMLUnsafe|showPicker|showPopover|startViewTransition|symmetricDifference|Temporal
    |toReversed|toSorted|toSpliced|toWellFormed|togglePopover|union|withResolvers|CloseWatcher|EditContext|Sanitizer
    |documentPictureInPicture|navigation\.navigate|AbortSignal\.any|Promise\.try|RegExp\.escape|Error\.isError
    |Math\.sumPrecise|Float16Array|DurationFormat)\b
    |\b(?:query|params|parameters|searchParams)\.size\b   # a Map's is old, of URLSearchParams it is from Safari 17
    |\.with\(|/[a-z]*v[a-z]*\.test\(|\bwith\s*\{\s*type:|\busing\s+\w+\s*=""",
    re.VERBOSE,
)
TOO_NEW_IN_TEMPLATES = re.compile(
    r"""<search\b|<selectedcontent\b|\bpopover(?:target)?[=\s>]|\bcommandfor=|\bclosedby=|\bwritingsuggestions=
    |<details\b[^>]*\bname=|\bblocking=|\bhidden="until-found"|\bshadowrootmode=""",
    re.VERBOSE,
)


def complaints_about_css(css: str) -> Iterator[tuple[int, str]]:
    """The line, and what stands there that browsers of the floor may not know."""
    for line, around, text, is_rule in parts(css):
        for name in _rule_names(text) if is_rule else _declared_names(text):
            feature = FEATURES.get(name)
            if feature is None:
                yield line, f"{name} was never looked up: since when do browsers know it?"
            elif feature.fence == IN_SUPPORTS and not any(outer.startswith("@supports") for outer in [*around, text]):
                yield line, f"{name} needs an @supports around it"
            elif feature.fence == PREFIXED and f"-webkit-{name}:" not in _rule_of(css, line):
                yield line, f"{name} needs -webkit-{name} beside it"


def complaints_about_script(script: str) -> Iterator[tuple[int, str]]:
    for line, text in enumerate(re.sub(r"(?m)(?<!:)//.*$", "", script).splitlines(), start=1):
        for match in TOO_NEW_IN_SCRIPTS.finditer(text):
            yield line, f"{match[0].strip()} is newer than the oldest browsers we support"
        for feature in BEYOND:
            if feature.fence == TESTED and re.search(rf"\b{feature.name}\b(?!\?\.)", text):
                yield line, f"{feature.name} needs to be asked for: {feature.name}?."


def complaints_about_template(template: str) -> Iterator[tuple[int, str]]:
    for line, text in enumerate(template.splitlines(), start=1):
        for match in TOO_NEW_IN_TEMPLATES.finditer(text):
            yield line, f"{match[0].strip()} is newer than the oldest browsers we support"


def files() -> dict[str, list[Path]]:
    templates = SOURCE / "templates"
    return {
        "css": sorted((SOURCE / "static" / "css").glob("*.css")),
        "scripts": [*sorted((SOURCE / "static" / "js").glob("*.js")), templates / "pwa" / "service_worker.js"],
        "templates": sorted(path for path in templates.rglob("*.html") if path.parent.name != "mail"),
    }


def complaints() -> Iterator[str]:
    check = {
        "css": complaints_about_css,
        "scripts": complaints_about_script,
        "templates": complaints_about_template,
    }
    everything = ""
    for kind, paths in files().items():
        for path in paths:
            text = path.read_text("utf-8")
            everything += text
            for line, words in check[kind](text):
                yield f"{path.relative_to(ROOT)}:{line}: {words}"
    for name in FEATURES:
        if not re.search(re.escape(re.sub(r"^@media \(|[()]|^[\w-]+: ", "", name)), everything):
            yield f"script/browsers.py: {name} is not used any more"


def parts(css: str) -> Iterator[tuple[int, list[str], str, bool]]:
    """Each rule's head and each declaration: its line, the heads around it, its text, and whether it is a head."""
    blank = re.compile(r'/\*.*?\*/|"[^"\n]*"', re.DOTALL)
    css = blank.sub(lambda unread: re.sub(r'[^\n"]', " ", unread[0]), css)
    around: list[str] = []
    start = 0
    for match in re.finditer(r"[{};]", css):
        text = css[start : match.start()]
        line = css.count("\n", 0, match.start() - len(text.lstrip())) + 1
        text = " ".join(text.split())
        if text:
            yield line, around[:], text, match[0] == "{" or text.startswith("@")
        if match[0] == "{":
            around.append(text)
        elif match[0] == "}":
            around.pop()
        start = match.end()


def _rule_names(head: str) -> Iterator[str]:
    head = re.sub(r'"[^"]*"', '""', head)
    if at := re.match(r"@([\w-]+)", head):
        if at[1] not in KNOWN_AT_RULES:
            yield f"@{at[1]}"
        if at[1] == "media":
            for condition in re.findall(r"\(([\w-]+)", head):
                if condition not in KNOWN_CONDITIONS:
                    yield f"@media ({condition})"
        if at[1] in ("media", "container") and re.search(r"[<>]", head):
            yield f"@{at[1]} with < or >"
        return
    if "&" in head:
        yield "nesting"
    for name, bracket in re.findall(r"::?([\w-]+)(\()?", head):
        if name not in (KNOWN_FUNCTIONS if bracket else KNOWN_PSEUDO) and not name.startswith("-webkit-"):
            yield f":{name}()" if bracket else f":{name}"


def _declared_names(declaration: str) -> Iterator[str]:
    name, _, value = declaration.partition(":")
    name = name.strip()
    value = re.sub(r'"[^"]*"|#[0-9a-f]{3,8}\b|--[\w-]+', " ", value)
    for function in re.findall(r"(?<![\w-])([\w-]+)\(", value):
        if function not in KNOWN_FUNCTIONS:
            yield f"{function}()"
    for unit in re.findall(r"(?<![\w-])-?[\d.]+([a-z]+)", value):
        if unit not in KNOWN_UNITS:
            yield f"the unit {unit}"
    if name.startswith(("--", "-webkit-")):
        return
    if name not in KNOWN_PROPERTIES:
        yield name
    for word in re.findall(r"(?<![\w.(-])[a-z][a-z-]*(?![\w(-])", value):
        if f"{name}: {word}" in FEATURES or word not in _KNOWN_VALUES:
            yield word if word in FEATURES else f"{name}: {word}"


def _rule_of(css: str, line: int) -> str:
    """The declarations around a line, up to the brackets of their rule."""
    lines = css.splitlines()
    first = max((number for number in range(line) if "{" in lines[number]), default=0)
    last = min((number for number in range(line - 1, len(lines)) if "}" in lines[number]), default=len(lines))
    return "\n".join(lines[first : last + 1])


def page() -> str:
    rests_on = "".join(f"| `{one.name}` | {_versions(one)} | {one.without} |\n" for one in RESTS_ON)
    beyond = "".join(f"| `{one.name}` | {_versions(one)} | {one.without} | {one.fence} |\n" for one in BEYOND)
    chrome, firefox, safari = (f"{version:g}" for version in FLOOR.values())
    return f"""# Browsers

Handsel's pages work as they are meant to in

- **Safari {safari}** or later, so on iPhones and iPads from **iOS {safari}**, in whatever browser,
- **Chrome {chrome}**, Edge and other Chromium browsers of that version, or later,
- **Firefox {firefox}** or later.

That is every iPhone from 2017 on, and every Android from 7 on with a browser kept up to date. Older browsers are let
in too. From Safari 15.4, Chrome 99 and Firefox 97 on, pages look much the same; before, they stand there as plain text,
fields and buttons. Every button is a form that works without a script, so but for passkeys and what is pushed to a
device nothing is out of reach.

## What the pages rest on

Each with the first version that has it, and what is lost in one that has not. The youngest of them are the floor above.

| | Chrome | Firefox | Safari | without it |
| --- | --- | --- | --- | --- |
{rests_on}
## What is newer, and may be missing

| | Chrome | Firefox | Safari | without it | how it is used |
| --- | --- | --- | --- | --- | --- |
{beyond}
`script/check` refuses what is in neither table and not as old as these, in CSS, in scripts and in templates. By night
stylelint, eslint and MDN's compatibility data look at the same files by the same floor. The operators' own
pages are Django's, with its own floor.
"""


def _versions(feature: Feature) -> str:
    versions = (feature.chrome, feature.firefox, feature.safari)
    return " | ".join("none" if version == NEVER else f"{version:g}" for version in versions)


def main() -> None:
    is_stale = not PAGE.exists() or PAGE.read_text("utf-8") != page()
    if "--check" not in sys.argv:
        PAGE.write_text(page(), "utf-8")
        return
    found = list(complaints())
    if is_stale:
        found.append("docs/reference/browsers.md is stale. Write it with script/fix.")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
