#!/usr/bin/env python3
"""Times beholden beside what people would otherwise run over mail: the same messages, one thread each, in turns.

    cargo build --release && benches/compare.py FOLDER [ROUNDS]

What is not installed, or does not answer, is said and left out; nothing is installed or changed. SpamAssassin's spamd is
started here with its local rules (-L) and stopped again; an rspamd must be answering on its usual port, 11333.
"""

import http.client
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
BEHOLDEN = ROOT / "target/release/beholden"
SPAMD_PORT = 17830

DIFFERENCES = {
    "beholden": "reads what the reader sees, says whether reciprocity is used, where, how hard and why",
    "grep": "finds fixed phrases in raw bytes; decodes nothing, knows no word forms, order, negation or whose words they are",
    "yara": "finds fixed phrases in raw bytes, by rules with conditions; decodes nothing, knows no words and gives no score",
    "spamd": "decodes mail and scores spam by hundreds of local rules (headers too, which we don't judge); no tactics, no offsets",
    "rspamd": "decodes mail and scores spam by rules, statistics and the network; no tactics, no offsets",
}


def phrases():
    """What the examples of the rules mark."""
    found = set()
    for path in sorted((ROOT / "lexicons/en").glob("*.toml")):
        for rule in tomllib.loads(path.read_text()).get("rule", []):
            for example in rule["matches"]:
                if "[" in example and "]" in example:
                    found.add(example[example.index("[") + 1 : example.index("]")].lower())
    return sorted(p for p in found if len(p) > 3 and "\n" not in p)


def quiet(command):
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def ask_spamd(messages):
    for message in messages:
        with socket.create_connection(("127.0.0.1", SPAMD_PORT), timeout=60) as spamd:
            spamd.sendall(b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(message) + message)
            spamd.shutdown(socket.SHUT_WR)
            while spamd.recv(65536):
                pass


def ask_rspamd(messages):
    for message in messages:
        rspamd = http.client.HTTPConnection("127.0.0.1", 11333, timeout=60)
        rspamd.request("POST", "/checkv2", body=message)
        rspamd.getresponse().read()


def start_spamd():
    """The daemon, once it answers."""
    command = ["spamd", "-L", "-x", "--port", str(SPAMD_PORT), "--max-children", "1"]
    spamd = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(120):
        try:
            socket.create_connection(("127.0.0.1", SPAMD_PORT), timeout=1).close()
            return spamd
        except OSError:
            if spamd.poll() is not None:
                return None
            time.sleep(0.5)
    spamd.terminate()
    return None


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    messages = [p.read_bytes() for p in files]
    size = sum(map(len, messages))
    if not BEHOLDEN.exists():
        sys.exit(f"{BEHOLDEN} is missing: cargo build --release")
    spamd = start_spamd() if shutil.which("spamd") else None
    with tempfile.TemporaryDirectory() as scratch:
        words = pathlib.Path(scratch, "phrases")
        words.write_text("".join(p + "\n" for p in phrases()))
        rules = pathlib.Path(scratch, "rules.yar")
        strings = "".join(
            '    $p%d = "%s" nocase\n' % (i, p.replace("\\", "\\\\").replace('"', '\\"')) for i, p in enumerate(phrases())
        )
        rules.write_text("rule phrases {\n  strings:\n" + strings + "  condition: any of them\n}\n")
        tools = {"beholden": lambda: quiet([BEHOLDEN, "scan", "--jobs", "1", "--format", "jsonl", folder])}
        if shutil.which("grep"):
            tools["grep"] = lambda: quiet(["grep", "-r", "-i", "-o", "-b", "-a", "-F", "-f", words, folder])
        if shutil.which("yara"):
            tools["yara"] = lambda: quiet(["yara", "-r", "-s", "-p", "1", rules, folder])
        if spamd:
            tools["spamd"] = lambda: ask_spamd(messages)
        try:
            ask_rspamd(messages[:1])
            tools["rspamd"] = lambda: ask_rspamd(messages)
        except OSError:
            pass
        seconds = {name: [] for name in tools}
        for _ in range(rounds):
            for name, run in tools.items():
                start = time.perf_counter()
                run()
                seconds[name].append(time.perf_counter() - start)
    if spamd:
        spamd.terminate()
    print(f"{len(files)} messages, {size} bytes, median of {rounds} rounds in turns")
    for name, what in DIFFERENCES.items():
        if name not in tools:
            print(f"{name:<10} not installed or not answering: not measured; {what}")
            continue
        took = statistics.median(seconds[name])
        ratio = statistics.median(a / b for a, b in zip(seconds[name], seconds["beholden"]))
        rate = f"{len(files) / took:>9.0f} messages/s {size / took / 1e6:>8.2f} MB/s {ratio:>8.2f} times our time"
        print(f"{name:<10}{rate}; {what}")


if __name__ == "__main__":
    main()
