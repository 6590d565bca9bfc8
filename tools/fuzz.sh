#!/usr/bin/env bash
# Runs every fuzz target for some seconds, two at a time, from the seeds in tests/fuzz/corpus/<target>.
#   tools/fuzz.sh BUILD_FOLDER [SECONDS]      What breaks a target is kept in BUILD_FOLDER/findings.
set -u -o pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit 6
build=$1
seconds=${2:-60}
export build seconds
mkdir -p "$build/findings" || exit 6

fuzz_one() {
    name=$(basename -- "$1")
    corpus=$build/corpus/$name
    mkdir -p "$corpus"
    seeds=()
    [ ! -d "tests/fuzz/corpus/$name" ] || seeds=("tests/fuzz/corpus/$name")
    [ "$name" != formulation_fuzz ] || seeds+=(data/formulations)
    if "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="$build/findings/$name-" "$corpus" "${seeds[@]}" >"$build/$name.log" 2>&1; then
        printf 'fuzz: %s passed, %s\n' "$name" \
            "$(sed -n 's/^stat::number_of_executed_units: */inputs tried: /p' "$build/$name.log")"
    else
        printf 'fuzz: %s FAILED\n' "$name"
        tail -n 40 "$build/$name.log"
        return 1
    fi
}
export -f fuzz_one
trap 'exit 130' INT TERM

mapfile -t targets < <(find "$build/bin/fuzz" -maxdepth 1 -type f -executable 2>/dev/null | LC_ALL=C sort)
[ "${#targets[@]}" -gt 0 ] || { echo 'fuzz: no targets'; exit 0; }
printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P 2 bash -c 'fuzz_one "$1"' fuzz_one
