# Sourced by the commands beside it, which set $root: makes $root/.venv hold exactly what the lock names, and sets
# $python to its interpreter. `use_python [--dev]`; instant when nothing changed.

fail() {
    echo "$*" >&2
    exit 1
}

find_python() {
    for candidate in "${PYTHON:-python3}" python3.11 python3.12 python3.13 python3.14 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed; set PYTHON to its path."
}

make_environment() {
    if "$python" -c '' 2>/dev/null; then return; fi
    base=$(find_python) || exit 1
    if [ "$have_uv" ]; then
        uv venv --quiet --clear --python "$base" "$root/.venv"
    else
        "$base" -m venv --clear "$root/.venv" || fail "Python's venv module is needed (Debian: apt install python3-venv)."
    fi
}

install_lock() {
    if [ "$have_uv" ]; then
        uv pip install --quiet --python "$python" --compile-bytecode --require-hashes "$@"
    else
        "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip >/dev/null
        "$python" -m pip install --quiet --no-input --disable-pip-version-check --require-hashes "$@"
    fi
}

use_python() {
    # Where it is set, nothing would be compiled and every start would compile all of Django again.
    unset PYTHONDONTWRITEBYTECODE
    python=$root/.venv/bin/python
    requirements=$root/requirements.txt
    stamp=$root/.venv/installed
    set -- "$requirements" ${1:+"$root/requirements-dev.txt"}
    [ $# -eq 1 ] || stamp=$stamp-dev
    lock=$(cat "$@" | cksum)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$lock" ] && [ -x "$python" ]; then return; fi

    have_uv=
    if uv --version >/dev/null 2>&1; then have_uv=yes; fi
    echo "Installing the requirements into .venv; this is done once." >&2
    make_environment
    if [ $# -eq 2 ]; then set -- -r "$1" -r "$2"; else set -- -r "$1"; fi
    install_lock "$@" || fail "The requirements could not be installed; see above."
    echo "$lock" >"$stamp"
}
