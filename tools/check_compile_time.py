#!/usr/bin/python3
"""Measures the CPU time of every compile job and refuses sources that need too much.

Called as `COMPILER ARGUMENT...`, the way ccache calls its prefix command for what it does not hold, it
runs the compiler, appends "<CPU seconds> <source>" to the file named by CARAVEL_COMPILE_TIME_LOG and
exits 1 above the limit, so that ccache holds no source that is too dear. As `--report FILE` it lists the
slowest sources. CPU time, not wall time: a loaded machine changes nothing.
"""
import fcntl
import os
import resource
import subprocess
import sys
import tempfile


LIMIT = 30.0  # CPU seconds for one source


def run_job(log, command, limit=LIMIT):
    """The compiler's exit code, or 1 above the limit; its CPU time goes to the log."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = subprocess.call(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    source = next((a for a in command if a.endswith((".cpp", ".cxx"))), None)
    if source is None:
        return code
    with open(log, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(f"{used:.2f} {source}\n")
    if used > limit:
        print(f"{source}: {used:.1f} CPU-s to compile, at most {limit:g} are allowed", file=sys.stderr)
        return code or 1
    return code


def report(log):
    """Prints what was compiled, the slowest first."""
    rows = []
    if os.path.exists(log):
        with open(log, encoding="utf-8") as file:
            rows = [line.rstrip("\n").split(" ", 1) for line in file]
    rows = sorted(((float(seconds), os.path.relpath(source)) for seconds, source in rows), reverse=True)
    print(f"compile time: {len(rows)} sources compiled, {sum(s for s, _ in rows):.0f} CPU-s together, each within "
          f"{LIMIT:g}; all others came from ccache, which holds none that took longer")
    for seconds, source in rows[:5]:
        print(f"  {seconds:7.1f} CPU-s  {source}")


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        sources = {}
        for name, text in {
            "failed": "import time\nwhile time.process_time() < 0.3: pass\nraise SystemExit(7)",
            "slow": "import time\nwhile time.process_time() < 0.3: pass",
            "quick": "pass",
        }.items():
            sources[name] = os.path.join(folder, name + ".cpp")
            with open(sources[name], "w", encoding="utf-8") as file:
                file.write(text)
        failed = run_job(log, [sys.executable, sources["failed"]])
        slow = run_job(log, [sys.executable, sources["slow"]], limit=0.2)
        quick = run_job(log, [sys.executable, sources["quick"]])
        with open(log, encoding="utf-8") as file:
            seconds, named = file.readline().split()
        checks = {
            "the compiler's exit code passes through": failed == 7,
            "CPU time is measured": float(seconds) >= 0.3,
            "the source is named": named == sources["failed"],
            "a slow source is refused": slow == 1,
            "a quick one is not": quick == 0,
        }
    for title, right in checks.items():
        print(f"{'ok     ' if right else 'FAILED '} {title}")
    return 0 if all(checks.values()) else 1


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) == 3 and sys.argv[1] == "--report":
        report(sys.argv[2])
        return 0
    log = os.environ.get("CARAVEL_COMPILE_TIME_LOG")
    if not log or len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(f"either --report FILE, or COMPILER ARGUMENT... with CARAVEL_COMPILE_TIME_LOG set\n\n{__doc__}",
              file=sys.stderr)
        return 2
    return run_job(log, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
