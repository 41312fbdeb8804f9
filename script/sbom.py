"""Write the list of all that an installed Handsel holds (CycloneDX 1.6) beside the wheel: `script/sbom [DIRECTORY]`.

Packages, their versions and their wheels' hashes come from uv.lock. What lies in them (front-end files, icons, fonts,
libraries of C) comes from the packages as they are installed here, which has to be as the lock says. What is installed
on some computers or with an extra alone has the scope "optional", and a property that says when.
"""

import hashlib
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import typst
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.contrib.this.builders import this_component
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = Path(__file__).parents[1]
SHOWN = {".css", ".gif", ".ico", ".js", ".otf", ".png", ".svg", ".ttf", ".webmanifest", ".woff", ".woff2"}
ICONS = "templates/parts/sprite.html"  # drawn into each page


class Bundled(NamedTuple):
    """A front-end library that a Python package brings along, and how its file tells its version; None: it does not."""

    package: str
    name: str  # npm's
    file: str
    version: str | None


_VENDOR = "django/contrib/admin/static/admin/js/vendor"
BUNDLED = (
    Bundled("django", "jquery", f"{_VENDOR}/jquery/jquery.min.js", r"jQuery v(\S+)"),
    Bundled("django", "select2", f"{_VENDOR}/select2/select2.full.js", r"Select2 (\S+)"),
    Bundled("django", "xregexp", f"{_VENDOR}/xregexp/xregexp.js", r"XRegExp.version = '([^']+)'"),
    Bundled("django-allauth", "@github/webauthn-json", "allauth/mfa/static/mfa/js/webauthn-json.js", None),
    Bundled("django-htmx", "htmx.org", "django_htmx/static/django_htmx/htmx-2.min.js", r'version:"([^"]+)"'),
    Bundled("django-htmx", "htmx.org", "django_htmx/static/django_htmx/htmx-4.min.js", r'version="([^"]+)"'),
    Bundled("django-ninja", "redoc", "ninja/static/ninja/redoc.standalone.js", r'ReDoc Version: ","([^"]+)"'),
    Bundled("django-ninja", "swagger-ui-dist", "ninja/static/ninja/swagger-ui-bundle.js", r'PACKAGE_VERSION:"([^"]+)"'),
)


class Locked:
    """A package of uv.lock that Handsel needs, and under which conditions."""

    def __init__(self, about: dict[str, Any]) -> None:
        self.name: str = about["name"]
        self.version: str = about["version"]
        self.hashes: list[str] = [wheel["hash"].removeprefix("sha256:") for wheel in about.get("wheels", [])]
        self.always = False
        self.conditions: set[str] = set()
        self.needs: set[str] = set()


def locked() -> dict[str, Locked]:
    """All packages of an installation, by name: Handsel's own too, without what is for its making alone."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    abouts = {about["name"]: about for about in lock["package"]}
    found = {"handsel": Locked(abouts["handsel"])}
    # Each with an extra of its own, or with none, and under which condition.
    ahead, seen = [("handsel", "", ""), ("handsel", "s3", "extra == 's3'")], set()
    while ahead:
        step = name, extra, condition = ahead.pop()
        if step in seen:
            continue
        seen.add(step)
        package, about = found.setdefault(name, Locked(abouts[name])), abouts[name]
        package.always |= not condition
        package.conditions.add(condition)
        for need in about.get("optional-dependencies", {})[extra] if extra else about.get("dependencies", []):
            package.needs.add(need["name"])
            both = " and ".join(filter(None, (condition, need.get("marker"))))
            ahead += [(need["name"], further, both) for further in ("", *need.get("extra", ()))]
    return found


def as_locked(package: Locked) -> Distribution:
    """The package as it is installed here. SystemExit where that is another version than the lock's."""
    here = distribution(package.name)
    if here.version != package.version:
        sys.exit(f"{package.name} {here.version} is installed, {package.version} is locked: run script/setup.")
    return here


def held_files(package: Locked, here: Distribution) -> Iterator[Component]:
    """What of the package is shown to a browser, and which libraries of others it brings along compiled."""
    names: Iterable[PurePath] = here.files or ()
    folder = Path(str(here.locate_file("")))
    if package.name == "handsel":
        folder = ROOT / "src"
        names = [path.relative_to(folder) for path in sorted((folder / "handsel").rglob("*"))]
    for name in names:
        if name.suffix in SHOWN or name.parts[0].endswith(".libs") or name.match(ICONS):
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest)]
            yield Component(name=name.as_posix(), type=ComponentType.FILE, hashes=hashes)


def held_libraries(package: Locked, here: Distribution) -> Iterator[Component]:
    for library in BUNDLED:
        if library.package != package.name:
            continue
        version = None
        if library.version is not None:
            text = Path(str(here.locate_file(library.file))).read_text(encoding="utf-8")
            said = re.search(library.version, text)
            if said is None:
                sys.exit(f"{library.file} tells no version any more: look at it, and mend BUNDLED.")
            version = said[1]
        group, _, name = library.name.rpartition("/")
        yield Component(
            name=name,
            group=group or None,
            version=version,
            purl=PackageURL("npm", group or None, name, version),
            bom_ref=f"{package.name}/{library.file}",
            properties=[Property(name="handsel:file", value=library.file)],
        )
    if package.name == "typst":
        for family in typst.Fonts(include_system_fonts=False).families():
            kind = Property(name="handsel:kind", value="font")
            yield Component(name=family, type=ComponentType.FILE, bom_ref=f"typst/{family}", properties=[kind])


def licences(here: Distribution) -> list[Any]:
    said = here.metadata.get("License-Expression") or here.metadata.get("License") or ""
    if not said or "\n" in said:  # some put the whole text there
        of = [line for line in here.metadata.get_all("Classifier", []) if line.startswith("License :: ")]
        said = of[0].rpartition(" :: ")[2] if of else ""
    return [LicenseFactory().make_from_string(said)] if said else []


def component(package: Locked) -> Component:
    own = package.name == "handsel"
    try:
        here = as_locked(package)
    except ModuleNotFoundError:
        if package.always:
            raise
        here = None  # for another kind of computer: what the lock says is all that can be said
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.APPLICATION if own else ComponentType.LIBRARY,
        bom_ref=package.name,
        purl=PackageURL("pypi", None, package.name, package.version),
        scope=ComponentScope.REQUIRED if package.always else ComponentScope.OPTIONAL,
        licenses=licences(here) if here else [],
        # One for each kind of computer; whoever has a wheel finds its hash among them.
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in package.hashes],
        properties=[Property(name="handsel:where", value=" or ".join(sorted(package.conditions)))]
        if not package.always
        else [],
        components=[*held_files(package, here), *held_libraries(package, here)] if here else [],
    )


def bom() -> Bom:
    packages = locked()
    components = {name: component(package) for name, package in packages.items()}
    made = Bom(components=[each for name, each in components.items() if name != "handsel"])
    made.metadata.component = components["handsel"]
    made.metadata.tools.components.add(this_component())
    needed = defaultdict(list)
    for name, package in packages.items():
        needed[name] = [Dependency(ref=components[need].bom_ref) for need in package.needs]
    made.dependencies = [Dependency(ref=components[name].bom_ref, dependencies=needs) for name, needs in needed.items()]
    return made


def checked(text: str) -> str:
    """The list, which is of its format. SystemExit where it is not."""
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        sys.exit(f"The list is no CycloneDX: {wrong}")
    return text


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / f"handsel-{locked()['handsel'].version}.cdx.json"
    file.write_text(checked(JsonV1Dot6(bom()).output_as_string(indent=2)), encoding="utf-8")
    print(file)


if __name__ == "__main__":
    main()
