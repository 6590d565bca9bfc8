#!/usr/bin/env bash
# Runs every fuzz target for some seconds, two at a time, from the seeds in tests/fuzz/corpus/<target>.
#   tools/fuzz.sh BUILD_FOLDER [SECONDS]      What breaks a target is kept in BUILD_FOLDER/findings.
set -u -o pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit 6
build=$1
seconds=${2:-60}
# Leaks inside a library on broken input are not ours to mend.
export LSAN_OPTIONS=suppressions=$PWD/tools/fuzz_leaks.supp:print_suppressions=0
export build seconds
mkdir -p "$build/findings" || exit 6
rm -f "$build/failed.list"

fuzz_one() {
    name=$(basename -- "$1")
    corpus=$build/corpus/$name
    mkdir -p "$corpus"
    seeds=()
    [ ! -d "tests/fuzz/corpus/$name" ] || seeds=("tests/fuzz/corpus/$name")
    [ "$name" != formulation_fuzz ] || seeds+=(data/formulations)
    if "$1" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="$build/findings/$name-" "$corpus" "${seeds[@]}" >"$build/$name.log" 2>&1; then
        printf 'fuzz: %s passed, %s\n' "$name" \
            "$(sed -n 's/^stat::number_of_executed_units: */inputs tried: /p' "$build/$name.log")"
    else
        printf 'fuzz: %s FAILED\n' "$name"
        tail -n 40 "$build/$name.log"
        echo "$name" >>"$build/failed.list"
        return 1
    fi
}
export -f fuzz_one
trap 'exit 130' INT TERM

mapfile -t targets < <(find "$build/bin/fuzz" -maxdepth 1 -type f -executable 2>/dev/null | LC_ALL=C sort)
[ "${#targets[@]}" -gt 0 ] || { echo 'fuzz: no targets'; exit 0; }
printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P 2 bash -c 'fuzz_one "$1"' fuzz_one
code=$?
# Again at the end, where the stages of a long log are read.
if [ -f "$build/failed.list" ]; then
    while read -r name; do
        printf '\nfuzz: %s FAILED:\n' "$name"
        grep -E 'ERROR|SUMMARY|runtime error|Test unit written' "$build/$name.log" | cut -c1-300
    done <"$build/failed.list"
fi
exit "$code"
