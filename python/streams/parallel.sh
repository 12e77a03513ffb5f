#!/bin/sh
# Judges JSON Lines from standard input in several processes, and writes the reports in the order of the lines. GNU parallel cuts
# the input into blocks at line ends. Options are parallel's: --block 10M, --jobs 8, --sshlogin host1,host2.
exec parallel --pipe --keep-order "$@" beholden scan --no-config --jobs 1 --input jsonl --format jsonl
