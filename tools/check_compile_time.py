#!/usr/bin/python3
"""Measures the CPU time of every compile job and refuses sources that need too much.

As CMAKE_CXX_COMPILER_LAUNCHER it runs the compiler behind `--log FILE --` and appends
"<CPU seconds> <source>" to FILE; as `--report FILE --limit SECONDS` it lists the slowest sources and
exits 1 when one is above the limit. CPU time, not wall time: a loaded machine changes nothing.
"""
import argparse
import fcntl
import os
import resource
import subprocess
import sys
import tempfile


def run_job(log, command):
    """The compiler's exit code; its CPU time goes to the log."""
    code = subprocess.call(command)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if "-c" in command and command.index("-c") + 1 < len(command):
        source = command[command.index("-c") + 1]
        with open(log, "a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(f"{used.ru_utime + used.ru_stime:.2f} {source}\n")
    return code


def report(log, limit):
    """1 when a source took more CPU time than the limit or nothing was measured, else 0."""
    with open(log, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split(" ", 1) for line in file]
    rows = sorted(((float(seconds), os.path.relpath(source)) for seconds, source in rows), reverse=True)
    if not rows:
        print("compile time: nothing was measured")
        return 1
    print(f"compile time: {len(rows)} sources, {sum(s for s, _ in rows):.0f} CPU-s together; the slowest:")
    for seconds, source in rows[:5]:
        print(f"  {seconds:7.1f} CPU-s  {source}")
    slow = [row for row in rows if row[0] > limit]
    for seconds, source in slow:
        print(f"{source}: {seconds:.1f} CPU-s, at most {limit:g} are allowed")
    return 1 if slow else 0


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        burn = "import time\nwhile time.process_time() < 0.3: pass\nraise SystemExit(7)"
        code = run_job(log, [sys.executable, "-c", burn])
        with open(log, encoding="utf-8") as file:
            seconds = float(file.read().split()[0])
        with open(log, "w", encoding="utf-8") as file:
            file.write("1.50 a.cpp\n31.00 b c.cpp\n")
        checks = {
            "the compiler's exit code passes through": code == 7,
            "CPU time is measured": seconds >= 0.3,
            "a slow source is refused": report(log, 30) == 1,
            "a high limit accepts it": report(log, 40) == 0,
        }
        open(log, "w", encoding="utf-8").close()
        checks["an empty log is refused"] = report(log, 30) == 1
    for title, right in checks.items():
        print(f"{'ok     ' if right else 'FAILED '} {title}")
    return 0 if all(checks.values()) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--log")
    parser.add_argument("--report")
    parser.add_argument("--limit", type=float, default=30.0)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if options.report:
        return report(options.report, options.limit)
    if not options.log or options.command[:1] != ["--"]:
        parser.error("either --report FILE, or --log FILE -- COMPILER ARGUMENT...")
    return run_job(options.log, options.command[1:])


if __name__ == "__main__":
    sys.exit(main())
