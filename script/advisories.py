"""Ask OSV which advisories are known of what an installed Handsel holds, and of what it is made and tested with.

Ends with 0 when none are, with 1 when some are, and with 75 when nobody could be asked. `--service` is for tests.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator

import httpx
from packageurl import PackageURL

from script import sbom

NOT_AUDITED = 75
_MOST = 500  # OSV takes 1,000 questions at a time


def held() -> list[str]:
    """The package URLs of all that has a version: what is installed, what that brings along, and our tools."""
    lock = tomllib.loads((sbom.ROOT / "uv.lock").read_text(encoding="utf-8"))
    names = {PackageURL("pypi", None, about["name"], about["version"]) for about in lock["package"]}
    names -= {PackageURL("pypi", None, "handsel", sbom.locked()["handsel"].version)}
    brought = (library.purl for component in sbom.bom().components for library in component.components)
    return sorted(map(str, names | {purl for purl in brought if purl is not None and purl.version is not None}))


def advisories(service: str, purls: list[str]) -> Iterator[tuple[str, str]]:
    """Each thing and the id of an advisory about it. httpx.HTTPError, ValueError or LookupError: no answer."""
    for begin in range(0, len(purls), _MOST):
        asked = purls[begin : begin + _MOST]
        queries = [{"package": {"purl": purl}} for purl in asked]
        answer = httpx.post(f"{service}/v1/querybatch", json={"queries": queries}, timeout=30)
        for purl, result in zip(asked, answer.raise_for_status().json()["results"], strict=True):
            for advisory in result.get("vulns", ()):
                yield purl, advisory["id"]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service", default="https://api.osv.dev")
    service = parser.parse_args(arguments).service
    purls = held()
    try:
        known = sorted(set(advisories(service, purls)))
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
        why = str(error) or type(error).__name__
        print(f"NOTHING WAS AUDITED: no answer from {service} ({why}).", file=sys.stderr)
        print("Run script/audit where there is a network, before a release in any case.", file=sys.stderr)
        return NOT_AUDITED
    for purl, advisory in known:
        print(f"{purl}: https://osv.dev/vulnerability/{advisory}")
    print(f"{len(purls)} packages and front-end libraries audited, {len(known)} advisories known.", file=sys.stderr)
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
