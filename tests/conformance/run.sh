#!/bin/sh
# Checks report pages by the tools of package.json: the Nu Html Checker (needs Java), html-validate,
# and axe-core in Chromium.
#
#   run.sh PAGE.html…          the environment variable CHROMIUM names another browser
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || { echo "usage: run.sh PAGE.html…" >&2; exit 3; }
[ -d "$here/node_modules" ] || npm ci --ignore-scripts --prefix "$here"
modules=$here/node_modules
java -jar "$modules/vnu-jar/build/dist/vnu.jar" --errors-only "$@"
echo "Nu Html Checker: no error"
"$modules/.bin/html-validate" --config "$here/html-validate.json" "$@"
echo "html-validate: no error"
pages=$(printf '%s,' "$@")
node "$here/check_pages.js" "${pages%,}"
