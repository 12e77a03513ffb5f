#!/usr/bin/env python3
"""Times beholden beside what people would otherwise run over mail: the same messages, one thread each, in turns.

    cargo build --release && benches/compare.py FOLDER [--sample N] [--rounds N] [--without TOOL]...

Every file of FOLDER is one message. They are copied into a scratch folder as N.eml, so that no tool passes over a name that
another reads, and what `beholden scan` gives no report on is left out for all. What is not installed, or does not answer, is
said and left out; nothing is installed. spamd (-L, local tests) and an Rspamd worker (without the modules that ask the network) are
started here on free ports of 127.0.0.1 and ended here by their own process ids; a name that Rspamd
looks up all the same has a millisecond to be answered, since without a network it would mostly be waiting.
"""

import argparse
import contextlib
import http.client
import json
import os
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

# So long a daemon may take to answer for the first time, and a message to be answered, in seconds.
START, ANSWER = 60, 60

ASKS_NETWORK = "arc asn dkim dkim_signing dmarc fuzzy_check mx_check rbl spf url_redirector".split()

# What the tool does that beholden doesn't, and the other way about.
DIFFERENCES = {
    "beholden": ("", ""),
    "grep": (
        "finds any phrase that you name, in any file and any language; needs no rules",
        "reads raw bytes: no base64, charset, HTML or hidden text; no word forms, order, negation or whose words they are; no verdict",
    ),
    "yara": (
        "any bytes and conditions in any file, attachments and programs too; huge public rule sets",
        "raw bytes as grep does; a verdict of yes or no",
    ),
    "spamd": (
        "judges spam: headers, relays, links, images' markup and a learned word statistic (and, not here, block lists)",
        "no tactics, no evidence with offsets, no goodwill told from leverage",
    ),
    "rspamd": (
        "judges spam: headers, links, MIME oddities, statistics; DKIM, SPF, DMARC and block lists where the network is asked (not here)",
        "no tactics, no evidence with offsets, no goodwill told from leverage",
    ),
}


def phrases():
    """What the examples of the rules mark."""
    found = set()
    for path in sorted((ROOT / "lexicons/en").glob("*.toml")):
        for rule in tomllib.loads(path.read_text(encoding="utf-8")).get("rule", []):
            for example in rule["matches"]:
                if "[" in example and "]" in example:
                    found.add(example[example.index("[") + 1 : example.index("]")].lower())
    return sorted(p for p in found if len(p) > 3 and "\n" not in p)


def run(command, fine=(0,)):
    """Runs a tool; a failed run would be a fast one."""
    environment = {**os.environ, "LC_ALL": "C"}
    status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False).returncode
    if status not in fine:
        raise OSError(f"{command[0]} ended with status {status}")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def ask_spamd(port, message):
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER) as spamd:
        spamd.sendall(b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(message) + message)
        spamd.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := spamd.recv(65536):
            answer += piece
    if b"EX_OK" not in answer or b"Spam:" not in answer:
        raise OSError(f"spamd answered {answer[:80]!r}")


def ask_rspamd(port, message):
    rspamd = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER)
    with contextlib.closing(rspamd):
        rspamd.request("POST", "/checkv2", body=message)
        response = rspamd.getresponse()
        answer = response.read()
    if response.status != 200 or "score" not in json.loads(answer):
        raise OSError(f"rspamd answered {response.status} {answer[:80]!r}")


def spamd_command(folder, port):
    # As root spamd would become nobody anyway, who must reach its folders.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    return ["spamd", "-L", "-x", *user, "--listen", f"127.0.0.1:{port}", "--max-children", "1", "--syslog", f"{folder}/spamd.log"]


def rspamd_command(folder, port):
    for name in ("conf/local.d", "db", "run", "log"):
        (folder / name).mkdir(parents=True)
    local = folder / "conf/local.d"
    settings = {
        "worker-normal.inc": f'bind_socket = "127.0.0.1:{port}";\ncount = 1;\n',
        "worker-controller.inc": "enabled = false;\n",
        "worker-proxy.inc": "enabled = false;\n",
        "worker-fuzzy.inc": "enabled = false;\n",
        "options.inc": f'pidfile = "{folder}/run/pid";\ndns {{ timeout = 0.001s; retransmits = 1; nameserver = ["127.0.0.1:{free_port()}"]; }}\n',
        "logging.inc": f'type = "file";\nfilename = "{folder}/log/log";\nlevel = "error";\n',
        **{f"{module}.conf": "enabled = false;\n" for module in ASKS_NETWORK},
    }
    for name, text in settings.items():
        (local / name).write_text(text)
    places = [f"--var={name}={folder}/{place}" for name, place in
              [("LOCAL_CONFDIR", "conf"), ("DBDIR", "db"), ("RUNDIR", "run"), ("LOGDIR", "log")]]
    return ["rspamd", "-f", *(["-i"] if os.geteuid() == 0 else []), "-c", "/etc/rspamd/rspamd.conf", *places]


@contextlib.contextmanager
def daemon(name, command, ask):
    """A daemon that answers `ask`, or nothing. Only this process is ended afterwards; its children end with it."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield name if answers(process, ask) else None
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(process, ask):
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        try:
            ask()
            return True
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.25)
    return False


def lay_out(source, scratch, sample):
    """Copies the messages, and leaves out what we don't judge, so that nobody is timed on what others skip."""
    files = sorted(p for p in source.rglob("*") if p.is_file())
    if sample and sample < len(files):
        files = [files[i * len(files) // sample] for i in range(sample)]
    folder = scratch / "mail"
    folder.mkdir()
    for number, path in enumerate(files):
        shutil.copyfile(path, folder / f"{number:06}.eml")
    command = [BEHOLDEN, "scan", "--jobs", "1", "--format", "jsonl", folder]
    reports = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    judged = {json.loads(line)["id"] for line in reports.splitlines() if b'"error"' not in line[:200]}
    for path in folder.iterdir():
        if str(path) not in judged:
            path.unlink()
    return folder, len(files) - len(judged)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="so many of the messages, evenly spread")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--without", action="append", default=[], choices=[t for t in DIFFERENCES if t != "beholden"], metavar="TOOL")
    args = parser.parse_args()
    if not BEHOLDEN.exists():
        sys.exit(f"{BEHOLDEN} is missing: cargo build --release")
    if not args.folder.is_dir():
        sys.exit(f"{args.folder} is no folder")
    return args


def searchers(folder, scratch, wanted):
    """The tools that are run as a process over the folder."""
    words, rules = scratch / "phrases", scratch / "rules.yar"
    words.write_text("".join(p + "\n" for p in phrases()), encoding="utf-8")
    quoted = (p.replace("\\", "\\\\").replace('"', '\\"') for p in phrases())
    strings = "".join(f'    $p{i} = "{p}" nocase\n' for i, p in enumerate(quoted))
    rules.write_text("rule phrases {\n  strings:\n" + strings + "  condition: any of them\n}\n", encoding="utf-8")
    tools = {"beholden": lambda: run([BEHOLDEN, "scan", "--jobs", "1", "--format", "jsonl", folder])}
    if "grep" in wanted:
        tools["grep"] = lambda: run(["grep", "-r", "-i", "-o", "-b", "-a", "-F", "-f", words, folder], fine=(0, 1))
    if "yara" in wanted:
        tools["yara"] = lambda: run(["yara", "-r", "-s", "-p", "1", rules, folder])
    return tools


def asked(messages, ask, port):
    def run_all():
        for message in messages:
            ask(port, message)

    return run_all


def rounds(tools, count):
    seconds = {name: [] for name in tools}
    for _ in range(count):
        for name, tool in tools.items():
            start = time.perf_counter()
            tool()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def report(seconds, messages, wanted):
    size = sum(map(len, messages))
    print(f"| {'tool':<8} | messages/s |   MB/s | times our time |")
    print("|---|---:|---:|---:|")
    for name, took in seconds.items():
        middle = statistics.median(took)
        ratio = statistics.median(a / b for a, b in zip(took, seconds["beholden"]))
        print(f"| {name:<8} | {len(messages) / middle:>10.0f} | {size / middle / 1e6:>6.2f} | {ratio:>14.2f} |")
    for name, (more, less) in list(DIFFERENCES.items())[1:]:
        state = "" if name in seconds else " (not measured: it did not answer)" if name in wanted else " (not measured: not installed, or left out)"
        print(f"\n{name}{state}\n  does that we don't: {more}\n  does not: {less}")


def main():
    args = arguments()
    programs = {"grep": "grep", "yara": "yara", "spamd": "spamd", "rspamd": "rspamd"}
    os.environ["PATH"] += ":/usr/sbin"
    wanted = {name for name, program in programs.items() if shutil.which(program) and name not in args.without}
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as daemons:
        scratch = pathlib.Path(scratch)
        # Daemons go on as users of their own.
        scratch.chmod(0o755)
        folder, left_out = lay_out(args.folder, scratch, args.sample)
        messages = [p.read_bytes() for p in sorted(folder.iterdir())]
        if not messages:
            sys.exit(f"{args.folder} holds no message")
        tools = searchers(folder, scratch, wanted)
        for name, command, ask in (("spamd", spamd_command, ask_spamd), ("rspamd", rspamd_command, ask_rspamd)):
            if name in wanted:
                port, place = free_port(), scratch / name
                place.mkdir()
                place.chmod(0o777)
                first = messages[0]
                if daemons.enter_context(daemon(name, command(place, port), lambda: ask(port, first))):
                    tools[name] = asked(messages, ask, port)
        size = sum(map(len, messages))
        print(f"{len(messages)} messages of {size} bytes, {left_out} left out as not judged; median of {args.rounds} rounds in turns")
        print(f"{len(phrases())} phrases for grep and yara; load of the machine {os.getloadavg()[0]:.1f}", end="", flush=True)
        seconds = rounds(tools, args.rounds)
        print(f" before and {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} processors\n")
        report(seconds, messages, wanted)


if __name__ == "__main__":
    main()
