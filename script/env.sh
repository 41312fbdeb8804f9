# What the scripts beside this one share. Sourced, not run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A run starts hundreds of processes: where nothing compiled may be kept, each compiles all that it imports.
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
export UV_PROJECT_ENVIRONMENT=.venv

say() { printf '\n== %s\n' "$*" >&2; }

works() { "$@" >/dev/null 2>&1; }

# Runs a command, and says every two seconds what it is busy with: `telling "Fetching uv" pip install uv`.
telling() {
  local what=$1 ticker failed=0
  shift
  say "$what"
  # Nobody has to wait for the last pause to end, so it holds none of our files.
  (seconds=0; while sleep 2 >/dev/null 2>&1; do echo "   $what: $((seconds += 2)) seconds so far" >&2; done) >/dev/null &
  ticker=$!
  "$@" || failed=$?
  kill "$ticker" && wait "$ticker" 2>/dev/null || true
  return "$failed"
}

# The two commands that bring a Python 3.12 to any system, whatever its own packages hold.
say_how_to_get_python() {
  printf '%s\n' "$1" "These two commands install Python 3.12:" "" \
    "    curl -LsSf https://astral.sh/uv/install.sh | sh" "    ~/.local/bin/uv python install 3.12" "" \
    "Then try again." >&2
}

# Prints a uv that works. One on the PATH may be a version manager's stand-in that only says which version lacks it.
find_uv() {
  local uv python
  for uv in uv .uv/bin/uv "${HOME:-/nowhere}/.local/bin/uv"; do
    if works "$uv" --version; then
      echo "$uv"
      return
    fi
  done
  while read -r python; do
    works "$python" -c 'import sys; assert sys.version_info >= (3, 8)' || continue
    if telling "Fetching uv into .uv" fetch_uv "$python" </dev/null; then break; fi
  done < <(type -ap python3 python3.14 python3.13 python3.12 python)
  if ! works .uv/bin/uv --version; then
    say_how_to_get_python "There is no Python that could fetch uv here, or it could not be fetched."
    return 1
  fi
  echo .uv/bin/uv
}

# Debian's python comes without venv's pip; then its own pip, if there is one, fills an empty environment.
fetch_uv() {
  rm -rf .uv
  if "$1" -m venv .uv >&2 && .uv/bin/python -m pip install --quiet uv >&2; then return; fi
  rm -rf .uv
  "$1" -m venv --without-pip .uv >&2 && "$1" -m pip --python .uv/bin/python install --quiet uv >&2
}

# The locked environment in .venv: `sync run` for what the program needs, `sync dev` for its tools and tests too.
sync() {
  local done_before=".venv/.synced-$1" uv
  if [ "$done_before" -nt uv.lock ] && [ "$done_before" -nt pyproject.toml ]; then return; fi
  uv=$(find_uv)
  local options=(--locked --inexact)
  if [ "$1" = run ]; then options+=(--no-dev); fi
  # An older Python that is there is better than one that has to be downloaded.
  if ! works "$uv" python find && works "$uv" python find '>=3.12,<3.15'; then options+=(--python '>=3.12,<3.15'); fi
  if ! telling "Bringing .venv up to date" "$uv" sync "${options[@]}" >&2; then
    say_how_to_get_python "The environment could not be made. It needs Python 3.12 or later, and the network once."
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

# From Debian, where that may be done. What is a service is not started: nothing here asked for it.
fetch_package() {
  if [ "$(id -u)" != 0 ] || ! works apt-get --version; then return; fi
  local policy=/usr/sbin/policy-rc.d ours=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && ours=1
  fi
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"; } >&2 || true
  if [ -n "$ours" ]; then rm -f $policy; fi
}

# PostgreSQL as a cluster of several machines has it, for script/cluster and the nightly tests.
fetch_cluster() {
  works /usr/lib/postgresql/15/bin/postgres --version || fetch_package postgresql-15
  works patroni --version || fetch_package patroni python3-etcd python3-psycopg2
  works etcd --version || fetch_package etcd-server
  works /usr/sbin/haproxy -v || fetch_package haproxy
  works /usr/sbin/pgbouncer --version || fetch_package pgbouncer
}
