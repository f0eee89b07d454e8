#!/usr/bin/env bash
# Install the hub for a class into PREFIX, on Debian or Ubuntu, as root; run it again to update.
#   deploy/jupyterhub/install.sh [PREFIX]      (default: /opt/training-neural-networks)
# PYTHON chooses the Python, 3.11 or newer; it must be one that everybody can run.
set -euo pipefail
prefix=${1:-/opt/training-neural-networks}
python=${PYTHON:-/usr/bin/python3}
here=$(cd "$(dirname "$0")" && pwd)
course=$(cd "$here/../.." && pwd)
umask 022  # students run what lies here, whatever the umask of whoever installs it

missing=()
for pair in bwrap:bubblewrap npm:npm "$python:python3"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
"$python" -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

mkdir -p "$prefix/proxy"
[ -x "$prefix/env/bin/python" ] || "$python" -m venv "$prefix/env"
# A copy of the packages, not a link to the course folder, which students must not be able to open.
"$prefix/env/bin/python" -m pip install --disable-pip-version-check --quiet \
    --constraint "$course/requirements.txt" "$course[classroom]"
npm install --prefix "$prefix/proxy" --no-save --no-fund --no-audit --loglevel=error \
    configurable-http-proxy@5.1.0

if ! runuser -u nobody -- "$prefix/env/bin/python" -c 'import nblib'; then
    echo "Students cannot run $prefix/env/bin/python: choose a PREFIX and a PYTHON open to all." >&2
    exit 1
fi
cp -R "$here/etc" "$prefix/"
install -d -m 700 "$prefix/state"
# Everybody writes here; the sticky bit keeps each from renaming what belongs to another.
install -d -m 1777 "$prefix/exchange"
echo "The hub is in $prefix. Start it: NBLIB_COURSE=... $prefix/env/bin/jupyterhub --config" \
    "$prefix/etc/jupyterhub_config.py (docs/classroom.md, With JupyterHub)"
