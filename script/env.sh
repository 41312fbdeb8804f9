# What the scripts beside this one share. Sourced, not run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A run starts hundreds of processes: where nothing compiled may be kept, each compiles all that it imports.
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
export UV_PROJECT_ENVIRONMENT=.venv

say() { printf '\n== %s\n' "$*" >&2; }

works() { "$@" >/dev/null 2>&1; }

# Prints a uv that works. One on the PATH may be a version manager's stand-in that only says which version lacks it.
find_uv() {
  local uv python
  for uv in uv .uv/bin/uv "${HOME:-/nowhere}/.local/bin/uv"; do
    if works "$uv" --version; then
      echo "$uv"
      return
    fi
  done
  say "Fetching uv into .uv"
  for python in python3 python3.14 python3.13 python3.12 /usr/bin/python3 python; do
    works "$python" -c 'import sys; assert sys.version_info >= (3, 8)' || continue
    rm -rf .uv
    # Debian's python comes without venv's pip; then its own pip, if there is one, fills an empty environment.
    if "$python" -m venv .uv >&2 && .uv/bin/python -m pip install --quiet uv >&2; then break; fi
    rm -rf .uv
    if "$python" -m venv --without-pip .uv >&2 && "$python" -m pip --python .uv/bin/python install --quiet uv >&2
    then break; fi
  done
  if ! works .uv/bin/uv --version; then
    say "uv could not be fetched. Install it (https://docs.astral.sh/uv/), or python3-venv, and try again."
    return 1
  fi
  echo .uv/bin/uv
}

# The locked environment in .venv: `sync run` for what the program needs, `sync dev` for its tools and tests too.
sync() {
  local done_before=".venv/.synced-$1" uv
  if [ "$done_before" -nt uv.lock ] && [ "$done_before" -nt pyproject.toml ]; then return; fi
  uv=$(find_uv)
  say "Bringing .venv up to date"
  local options=(--locked --inexact)
  if [ "$1" = run ]; then options+=(--no-dev); fi
  # An older Python that is there is better than one that has to be downloaded.
  if ! works "$uv" python find && works "$uv" python find '>=3.12,<3.15'; then options+=(--python '>=3.12,<3.15'); fi
  if ! "$uv" sync "${options[@]}" >&2; then
    say "The environment could not be made. It needs Python 3.12 or later, here or to be downloaded, and the network once."
    return 1
  fi
  touch .venv/.synced-run "$done_before"
}

# Prints a Chromium that starts, looked for in the order of what costs least; nothing when there is none to be had.
find_chromium() {
  local browser own
  for browser in "${HANDSEL_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$browser" ] && works "$browser" --version; then
      command -v "$browser"
      return
    fi
  done
  own='from playwright.sync_api import sync_playwright as s
with s() as p: print(p.chromium.executable_path)'
  browser=$(.venv/bin/python -c "$own" || true)
  if ! works "$browser" --version; then
    say "Fetching Chromium for the browser tests"
    .venv/bin/playwright install chromium >&2 || true
  fi
  if ! works "$browser" --version; then
    fetch_package chromium
    browser=$(command -v chromium || true)
  fi
  if [ -n "$browser" ] && works "$browser" --version; then echo "$browser"; fi
}

# Prints Chromium's headless shell, which shows pages at half the cost but no notifications; nothing when there is none.
find_headless_shell() {
  local shell=${HANDSEL_TEST_HEADLESS_SHELL:-chromium-headless-shell}
  works "$shell" --version || fetch_package chromium-headless-shell
  if works "$shell" --version; then command -v "$shell"; fi
}

# node and npm, for the programs of tests/node, which the nightly tests alone run.
fetch_node() {
  works node --version || fetch_package nodejs
  works npm --version || fetch_package npm
}

# From Debian, where that may be done.
fetch_package() {
  if [ "$(id -u)" != 0 ] || ! works apt-get --version; then return; fi
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$1"; } >&2 || true
}
