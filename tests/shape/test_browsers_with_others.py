"""The oldest browsers we support as programs of others know them, by night: stylelint, eslint and MDN's data."""

import json
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from script import browsers

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

CHROME, FIREFOX, SAFARI = (f"{version:g}" for version in browsers.FLOOR.values())
BROWSERS = [f"chrome {CHROME}", f"edge {CHROME}", f"firefox {FIREFOX}", f"safari {SAFARI}", f"ios_saf {SAFARI}"]
MDN = {"chrome": "chrome", "firefox": "firefox", "safari": "safari_ios"}
# As stylelint's data calls what docs/reference/browsers.md lists as newer, and pointers, which a phone has not.
FENCED = ["css-color-adjust", "css-paged-media", "css-media-scripting", "text-size-adjust", "css3-cursors"]
# MDN says that no phone knows pointers, and that nobody writes the size of a sheet as a property. On an iPhone
# notifications are there for what was put on its home screen alone, as docs/how-to/push.md says.
NOT_ASKED = re.compile(r"cursor: |size$|Notification$|notification$|requestPermission$|permission$")
# Names of our own, or of htmx, that something new has too.
OUR_OWN = {"in", "isError", "path", "states", "to", "token"}


@pytest.fixture
def folder(node_programs, tmp_path) -> Iterator[Any]:
    """A folder beside node_modules, where eslint looks for what it lints."""
    place = node_programs.folder / tmp_path.name
    place.mkdir()
    yield place
    shutil.rmtree(place)


def test_stylelint(node_programs, folder, tried_with):
    rule = [True, {"browsers": BROWSERS, "ignorePartialSupport": True, "ignore": FENCED}]
    plugin = "stylelint-no-unsupported-browser-features"
    settings = {"plugins": [plugin], "rules": {"plugin/no-unsupported-browser-features": rule}}
    (folder / "stylelint.json").write_text(json.dumps(settings))
    (folder / "new.css").write_text("p { & b { color: red; } }")
    paths = browsers.files()["css"]
    answer = node_programs.run("stylelint", "--config", folder / "stylelint.json", *paths)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    new = node_programs.run("stylelint", "--config", folder / "stylelint.json", folder / "new.css")
    assert "css-nesting" in new.stdout + new.stderr
    tried_with(
        program="stylelint",
        version=f"{node_programs.version('stylelint')} with {plugin} {node_programs.version(plugin)}",
        source="npm",
        tried="looks for CSS that the oldest browsers we support do not know",
        figures=f"0 complaints about {len(paths)} files; {_floor()}",
    )


def test_eslint(node_programs, folder, tried_with):
    settings = {"files": ["**/*.js"], "settings": {"browsers": BROWSERS, "lintAllEsApis": True}}
    (folder / "eslint.config.mjs").write_text(
        'import compat from "eslint-plugin-compat";\n'
        f'export default [{{ ...compat.configs["flat/recommended"], ...{json.dumps(settings)} }}];'
    )
    paths = browsers.files()["scripts"]
    for path in paths:
        shutil.copy(path, folder)
    answer = node_programs.run("eslint", ".", cwd=folder)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    (folder / "new.js").write_text('new URLPattern("/");')
    assert "URLPattern is not supported" in node_programs.run("eslint", "new.js", cwd=folder).stdout
    plugin = "eslint-plugin-compat"
    tried_with(
        program="eslint",
        version=f"{node_programs.version('eslint')} with {plugin} {node_programs.version(plugin)}",
        source="npm",
        tried="looks for interfaces that the oldest browsers we support do not know",
        figures=f"0 complaints about {len(paths)} files; {_floor()}",
    )


@pytest.fixture
def mdn(node_programs) -> Any:
    return json.loads((node_programs.folder / "node_modules/@mdn/browser-compat-data/data.json").read_text("utf-8"))


def test_versions_are_mdns(mdn, node_programs, tried_with):
    """Each version of the table, and of whatever else stands in our CSS and scripts that it is as old."""
    wrong = []
    for feature in browsers.FEATURES.values():
        ours = {name: getattr(feature, name) for name in MDN}
        if not any(_since(entry) == ours for entry in _entries(mdn, feature.name)):
            wrong.append(f"{feature.name}: {ours}, MDN has {[_since(one) for one in _entries(mdn, feature.name)]}")
    assert wrong == []
    names = {name for name in _names_in_css() | _members() if not NOT_ASKED.search(name)} - OUR_OWN
    # A property that stands in the table by itself or by one of its values is fenced there.
    fenced = {name.partition(": ")[0] for name in browsers.FEATURES}
    entries = {name: _entries(mdn, name) for name in names if name.partition(": ")[0] not in fenced}
    too_new = [name for name, found in sorted(entries.items()) if found and not any(map(_is_old, found))]
    assert too_new == []
    tried_with(
        program="MDN's browser-compat-data",
        version=node_programs.version("@mdn/browser-compat-data"),
        source="npm",
        tried="is asked since when browsers know each name in our CSS and scripts",
        figures=f"{sum(map(bool, entries.values()))} names as old as we say; {_floor()}",
    )


def _floor() -> str:
    return f"Chrome {CHROME}, Firefox {FIREFOX}, Safari {SAFARI}"


def _names_in_css() -> set[str]:
    names = set()
    for path in browsers.files()["css"]:
        for _, _, text, is_rule in browsers.parts(path.read_text("utf-8")):
            if is_rule:
                names |= {f"@{name}" for name in re.findall(r"@([\w-]+)", text)}
                names |= {f":{name}" for name in re.findall(r"::?([\w-]+)", text) if not text.startswith("@")}
                continue
            name, value = (part.strip() for part in text.split(":", 1))
            names |= {f"{function}()" for function in re.findall(r"(?<![\w-])([a-z][\w-]*)\(", value)}
            if not name.startswith("-"):
                names |= {name, *(f"{name}: {word}" for word in re.findall(r"(?<![\w#.(-])[a-z][a-z-]*\b", value))}
    return names


def _members() -> set[str]:
    text = "\n".join(path.read_text("utf-8") for path in browsers.files()["scripts"])
    text = re.sub(r"(?m)(?<!:)//.*$", "", text)
    return set(re.findall(r"(?:\.|new )([A-Za-z_]\w+)", text))


def _entries(mdn: Any, name: str) -> list[Any]:
    """What MDN has under a name as our table writes it; of a script's name, all things that are called so."""
    css = mdn["css"]
    bare = name.strip("@:()")
    if name.startswith("@media ("):
        found = [css["at-rules"]["media"].get(name[8:-1])]
    elif name.startswith("@"):
        found = [css["at-rules"].get(bare)]
    elif name.startswith(":"):
        found = [css["selectors"].get(bare)]
    elif name.endswith("()"):
        found = [one[bare] for one in (css["types"], css["types"]["color"]) if bare in one]
    elif name == "subgrid":
        found = [css["properties"]["grid-template-rows"]["subgrid"]]
    elif ": " in name:
        word, value = name.split(": ")
        found = [css["properties"].get(word, {}).get(value)]
    elif name in css["properties"]:
        found = [css["properties"][name]]
    else:
        rooms = (*mdn["api"].values(), *mdn["javascript"]["builtins"].values())
        found = [mdn["api"].get(name), mdn["javascript"]["builtins"].get(name)]
        found += [room[key] for room in rooms for key in (name, f"{name}_static", f"{name}_event") if key in room]
    return [one for one in found if one and "__compat" in one]


def _since(entry: Any) -> dict[str, float]:
    """The first version of each browser that has it whole, by this name and without being asked for."""
    since = {}
    for ours, theirs in MDN.items():
        notes = entry["__compat"]["support"].get(theirs, [])
        versions = [
            float(re.match(r"\d+(\.\d+)?", version.removeprefix("≤"))[0])
            for note in (notes if isinstance(notes, list) else [notes])
            if re.match(r"≤?\d", version := str(note.get("version_added")))
            and not {"prefix", "alternative_name", "flags", "partial_implementation", "version_removed"} & note.keys()
        ]
        since[ours] = min(versions, default=browsers.NEVER)
    return since


def _is_old(entry: Any) -> bool:
    return all(version <= browsers.FLOOR[name] for name, version in _since(entry).items())
