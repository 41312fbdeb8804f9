"""Every kind of letter as a mail parser and a spam filter of others see it, by night."""

import json
import re
import shutil
import subprocess
from uuid import uuid4

import pytest

from tests.management.test_mail_bytes import of_every_kind, raw_mailbox

__all__ = ["raw_mailbox"]

pytestmark = [pytest.mark.any_database, pytest.mark.nightly]

PARSE = """
    import { readFileSync } from "node:fs";
    import { simpleParser } from "mailparser";
    const read = [];
    for (const path of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
      const mail = await simpleParser(readFileSync(path));
      read.push({
        subject: mail.subject, text: mail.text, stop: mail.headers.get("list")?.unsubscribe?.url,
        files: mail.attachments.map((file) => [file.contentType, file.filename, file.content.toString("utf8")]),
      });
    }
    process.stdout.write(JSON.stringify(read));
"""


def test_mailparser_reads_every_letter(world, raw_mailbox, node_programs, tmp_path, tried_with):
    paths = []
    for number, raw in enumerate(of_every_kind(world, raw_mailbox, "es")):
        paths.append(tmp_path / f"{number}.eml")
        paths[-1].write_bytes(raw)
    (tmp_path / "letters.json").write_text(json.dumps([str(path) for path in paths]))
    script = node_programs.folder / f"read-{uuid4().hex}.mjs"
    script.write_text(PARSE)
    try:
        answer = node_programs.run("node", script, tmp_path / "letters.json")
    finally:
        script.unlink()
    assert answer.returncode == 0, answer.stderr
    letters = json.loads(answer.stdout)
    assert len(letters) == len(paths)
    files = [file for letter in letters for file in letter["files"]]
    for letter in letters:
        assert letter["subject"]
        assert "=?" not in letter["subject"] + letter["text"]
        assert "\ufffd" not in letter["subject"] + letter["text"]
    stops = [letter["stop"] for letter in letters if letter.get("stop")]
    assert len(stops) == len(letters) - 1  # all but the invitation
    assert all(stop.startswith("https://") for stop in stops)
    assert all(
        file[0] == "text/calendar" and file[1] in ("sessions.ics", "cancelled.ics") and "🏡🌻" in file[2]
        for file in files
    )
    tried_with(
        program="mailparser",
        version=node_programs.version("mailparser"),
        source="npm",
        tried="reads every kind of letter in Spanish, with emoji in names",
        figures=f"{len(letters)} letters, {len(stops)} addresses to stop at, {len(files)} calendar files, 0 wrong",
    )


def test_spamassassin_takes_no_letter_for_spam(world, raw_mailbox, tried_with):
    if shutil.which("spamassassin") is None:
        pytest.skip("NO SPAM FILTER: spamassassin not found. script/test --nightly fetches it from Debian.")
    scores, hits = [], set()
    for raw in of_every_kind(world, raw_mailbox, "en")[:12]:
        answer = subprocess.run(["spamassassin", "-L", "-t"], input=raw, capture_output=True, check=True, timeout=120)
        text = answer.stdout.decode(errors="replace")
        line = r"X-Spam-Status: (\w+), score=(-?[\d.]+).*?tests=(.*?)\s(?:autolearn|version)"
        status = re.search(line, text, re.DOTALL)
        assert status, text[:2000]
        assert status[1] == "No", text
        scores.append(float(status[2]))
        hits |= set(re.findall(r"[A-Z_\d]{3,}", status[3]))
    assert max(scores) < 3
    version = subprocess.run(["spamassassin", "-V"], capture_output=True, text=True, check=True).stdout
    tried_with(
        program="SpamAssassin",
        version=re.search(r"version ([\d.]+)", version)[1],
        source="Debian",
        tried="scores letters of every sort, network tests off (5.0 is spam)",
        figures=f"{len(scores)} letters, highest score {max(scores)}, hits: {', '.join(sorted(hits))}",
    )
