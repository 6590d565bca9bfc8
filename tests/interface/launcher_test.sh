#!/usr/bin/env bash
# Tests ./caravel with stand-ins for dpkg-query, apt-get, sudo, id, cmake, ctest and the program,
# in a folder with a space in its name.
set -u
source_root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
repo="$work/a checkout"
bin="$work/bin"
log="$work/log"
failures=0

mkdir -p "$repo/deps" "$repo/src" "$repo/studies/doxil_mouse" "$bin"
cp "$source_root/caravel" "$repo/caravel"
printf '# comment\ng++\ncmake  # why\n\n' >"$repo/deps/apt-build.txt"
printf 'libgtest-dev\n' >"$repo/deps/apt-test.txt"

# PATH holds these tools and the stand-ins only, so that a sudo of this machine is out of sight.
for tool in bash env readlink dirname sed sort comm find grep mkdir touch mv cat rm chmod flock nproc true; do
    ln -s "$(type -P "$tool")" "$bin/$tool"
done
stand_in() {
    cat >"$bin/$1"
    chmod +x "$bin/$1"
}
stand_in dpkg-query <<'EOF'
#!/usr/bin/env bash
code=0
for name in "${@:3}"; do
    case " $MISSING " in *" $name "*) code=1 ;; *) printf 'installed %s\n' "$name" ;; esac
done
exit $code
EOF
stand_in apt-get <<'EOF'
#!/usr/bin/env bash
printf 'apt-get %s\n' "$*" >>"$LOG"
case " $* " in
*" update "*) touch "$LOG.updated" ;;
*) [ -z "${NO_LISTS-}" ] || [ -e "$LOG.updated" ] ;;
esac
EOF
stand_in id <<'EOF'
#!/usr/bin/env bash
printf '%s\n' "$USER_ID"
EOF
stand_in cmake <<'EOF'
#!/usr/bin/env bash
printf 'cmake %s\n' "$*" >>"$LOG"
if [ "$1" = --preset ]; then
    mkdir -p build/release
    printf 'CMAKE_HOME_DIRECTORY:INTERNAL=%s\n' "$PWD" >build/release/CMakeCache.txt
    touch build/release/build.ninja
else
    mkdir -p "$2/bin"
    printf '#!/usr/bin/env bash\nprintf "[%%s]" "$@"\nexit "${PROGRAM_CODE:-0}"\n' >"$2/bin/caravel"
    chmod +x "$2/bin/caravel"
fi
exit "${CMAKE_CODE:-0}"
EOF
stand_in ctest <<'EOF'
#!/usr/bin/env bash
while [ $# -gt 0 ]; do [ "$1" = --output-junit ] && report=$2; shift; done
cat >"$report" <<XML
<testsuite tests="5">
	<testcase name="a" status="run"/>
	<testcase name="b" status="run"/>
	<testcase name="c" status="fail"><failure message=""/></testcase>
	<testcase name="d" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>
	<testcase name="e" status="notrun"><skipped message="Unable to find executable"/></testcase>
</testsuite>
XML
exit 8
EOF

# launch DIRECTORY ARGUMENT... sets code, out, err and calls (the log of apt-get and cmake).
launch() {
    : >"$log"
    rm -f "$log.updated"
    out=$(cd "$1" && PATH="$bin" LOG="$log" MISSING="${missing-}" USER_ID="${user_id-0}" \
        NO_LISTS="${no_lists-}" PROGRAM_CODE="${program_code-0}" CMAKE_CODE="${cmake_code-0}" \
        "$repo/caravel" "${@:2}" 2>"$work/err" </dev/null)
    code=$?
    err=$(cat "$work/err")
    calls=$(cat "$log")
}
expect() {
    if [ "$2" = "$3" ]; then
        printf 'ok      %s\n' "$1"
    else
        printf 'FAILED  %s\n  expected: %s\n  got:      %s\n' "$1" "$3" "$2"
        failures=$((failures + 1))
    fi
}
expect_in() {
    case "$2" in
    *"$3"*) printf 'ok      %s\n' "$1" ;;
    *)
        printf 'FAILED  %s\n  expected inside: %s\n  got: %s\n' "$1" "$3" "$2"
        failures=$((failures + 1))
        ;;
    esac
}
apt_lines() { grep -c '^apt-get' "$log"; }

user_id=1000 missing="cmake" launch "$repo" list
expect 'no root, no sudo: exit code 5' "$code" 5
expect_in 'no root, no sudo: prints the line to type' "$err" \
    $'\napt-get install -y --no-install-recommends cmake'
expect 'no root, no sudo: apt and cmake are left alone' "$calls" ''

user_id=0 missing="cmake libgtest-dev" launch "$repo" list one 'two three'
expect 'root: arguments reach the program unchanged' "$out" '[list][one][two three]'
expect 'root: installs exactly what is named and missing' "$(grep '^apt-get' "$log" | tail -n 1)" \
    'apt-get -o DPkg::Lock::Timeout=300 -q install -y --no-install-recommends cmake'
expect 'root: no update where the lists are there' "$(grep -c update "$log")" 0

no_lists=1 user_id=0 missing="cmake" launch "$repo" list
expect 'fresh machine: one update, then the install' "$code $(grep -c ' update$' "$log")" '0 1'

launch "$work" list
expect 'another directory, nothing missing: apt is not called' "$code $(apt_lines)" '0 0'
expect 'nothing newer: cmake is not called' "$calls" ''

touch -d '1 minute' "$repo/src/new.cpp"
launch "$work" list
expect_in 'a newer source: builds' "$calls" "cmake --build $repo/build/release --target caravel"
rm "$repo/src/new.cpp"

program_code=75 launch "$repo" run study.toml
expect 'the exit code of the program passes through' "$code" 75

launch "$repo" demo --seed 2
expect 'demo from the root' "$out" '[run][studies/doxil_mouse/study.toml][--out][runs][--seed][2]'
launch "$work" demo
expect 'demo from elsewhere' "$out" "[run][$repo/studies/doxil_mouse/study.toml][--out][$repo/runs]"

launch "$work" test
expect 'test: the exit code of ctest passes through' "$code" 8
expect 'test: the closing count' "$out" '2 passed, 2 failed, 1 skipped'
expect_in 'test: switches the tests on' "$calls" 'cmake --preset release -DCARAVEL_TESTS=ON'

touch -d '1 minute' "$repo/src/broken.cpp"
cmake_code=1 launch "$repo" list
expect 'a failed build: no program is started' "$code $out" '1 '
expect_in 'a failed build: says so' "$err" 'the build failed'

stand_in sudo <<'EOF'
#!/usr/bin/env bash
printf 'sudo %s\n' "$*" >>"$LOG"
[ "$1" = -n ] && shift
exec "$@"
EOF
user_id=1000 missing="g++" launch "$repo" list
expect_in 'sudo without a terminal never asks for a password' "$calls" \
    'sudo -n env DEBIAN_FRONTEND=noninteractive apt-get'
expect_in 'sudo: installs what is missing' "$calls" 'install -y --no-install-recommends g++'

mv "$repo" "$work/moved"
repo="$work/moved"
touch -d '1 minute' "$repo/src/again.cpp"
launch "$work" list
expect_in 'a moved checkout is configured anew' "$calls" 'cmake --preset release --fresh'

[ "$failures" -eq 0 ] || printf '%d of the expectations failed\n' "$failures"
exit $((failures > 0))
