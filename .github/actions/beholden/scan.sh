#!/usr/bin/env bash
# The action's scan: its inputs come as variables. Exit status 1 when something reached INPUT_FAIL_ON, 2 after an error.
set -u

beholden=${BEHOLDEN:-beholden}
only=${INPUT_ONLY:-appeal}
fail_on=${INPUT_FAIL_ON:-never}
# A run that never fails still tells whether there was something to report.
level=$fail_on
[ "$fail_on" != never ] || level=$only
more=()
[ -z "${INPUT_LEXICON:-}" ] || more+=(--lexicon "$INPUT_LEXICON")
paths=()
while IFS= read -r path; do
  # Lines may end as Windows ends them.
  path=${path%$'\r'}
  [ -z "$path" ] || paths+=("$path")
done <<<"${INPUT_PATHS:-}"
# Without a path the command would wait for standard input.
if [ "${#paths[@]}" -eq 0 ]; then
  echo "beholden: name at least one path" >&2
  exit 2
fi

# Spelled so, an empty list is no unset variable in the bash of macOS either.
args=(--format "${INPUT_FORMAT:-text}" --only "$only" --fail-on "$level" ${more[@]+"${more[@]}"} -- "${paths[@]}")
if [ -n "${INPUT_REPORT:-}" ]; then
  "$beholden" scan "${args[@]}" >"$INPUT_REPORT"
else
  "$beholden" scan "${args[@]}"
fi
status=$?
reached=false
case $status in
  0) ;;
  1) reached=true ;;
  # After an error the status no longer tells what was reached, so ask once more. In JSON no name and no error can look like a level.
  *)
    if "$beholden" scan --format jsonl --no-text --only "$level" ${more[@]+"${more[@]}"} -- "${paths[@]}" 2>/dev/null | grep -q '"level":"'; then
      reached=true
    fi
    ;;
esac
echo "reached=$reached" >>"${GITHUB_OUTPUT:-/dev/null}"
[ "$status" -ne 1 ] || [ "$fail_on" != never ] || status=0
exit "$status"
