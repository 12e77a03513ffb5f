#!/usr/bin/env bash
# The action's scan: its inputs come as variables. Exit status 1 when something reached INPUT_FAIL_ON, 2 after an error.
set -uo pipefail

args=(--format "${INPUT_FORMAT:-text}" --only "${INPUT_ONLY:-appeal}")
[ "${INPUT_FAIL_ON:-never}" = never ] || args+=(--fail-on "$INPUT_FAIL_ON")
[ -z "${INPUT_LEXICON:-}" ] || args+=(--lexicon "$INPUT_LEXICON")
paths=()
while IFS= read -r path; do
  [ -z "$path" ] || paths+=("$path")
done <<<"${INPUT_PATHS:-}"
# Without a path the command would wait for standard input.
if [ "${#paths[@]}" -eq 0 ]; then
  echo "beholden: name at least one path" >&2
  exit 2
fi

if [ -n "${INPUT_REPORT:-}" ]; then
  "${BEHOLDEN:-beholden}" scan "${args[@]}" -- "${paths[@]}" >"$INPUT_REPORT"
else
  "${BEHOLDEN:-beholden}" scan "${args[@]}" -- "${paths[@]}"
fi
status=$?
reached=false
[ "$status" -ne 1 ] || reached=true
echo "reached=$reached" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$status"
