#!/bin/sh
# Make .venv, or complete the one that is there: cnnviz itself (editable) and its development tools, in the
# tested versions of constraints.txt. Called by `make`; safe to call again.
set -eu
cd "$(dirname "$0")/.."

is_new_enough() {
    "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    found=$(python3 --version 2>&1 || echo "no python3")
    echo "cnnviz needs Python 3.11 or newer; found: $found." >&2
    echo "Install one and name it: make PYTHON=/path/to/python3.12" >&2
    return 1
}

install_venv_module() {
    # Debian and Ubuntu keep this part of Python in a package of its own.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing python3-venv" >&2
        apt-get update -qq >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    fi
    if ! "$1" -c 'import ensurepip' >/dev/null 2>&1; then
        echo "$1 cannot make virtual environments. On Debian or Ubuntu, type: sudo apt-get install -y python3-venv" >&2
        return 1
    fi
}

if [ ! -x .venv/bin/python ]; then
    python=$(find_python)
    "$python" -c 'import ensurepip' >/dev/null 2>&1 || install_venv_module "$python"
    echo "Setting up .venv with $("$python" --version) (once; a minute or two)" >&2
    "$python" -m venv .venv
elif ! is_new_enough .venv/bin/python; then
    echo "The Python in .venv is older than 3.11. Remove it with \`make clean-venv\` and try again." >&2
    exit 1
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint constraints.txt
