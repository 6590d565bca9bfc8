#!/usr/bin/env bash
# clang-tidy over the sources that differ from the main branch, then over others until the time is
# up; which others come first changes with every commit, so that all get their turn.
#   tools/tidy.sh BUILD_FOLDER [SECONDS]      BUILD_FOLDER holds compile_commands.json
set -u -o pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit 6
build=$1
budget=${2:-240}

commit=$(git rev-parse HEAD 2>/dev/null || echo none)
base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1 2>/dev/null || true)
mapfile -t all < <(find src apps -name '*.cpp' 2>/dev/null | LC_ALL=C sort)
mapfile -t changed < <([ -z "$base" ] || git diff --name-only --diff-filter=d "$base" -- 'src/*.cpp' 'apps/*.cpp')
mapfile -t queue < <({
    printf '%s\n' "${changed[@]}"
    printf '%s\n' "${all[@]}" | shuf --random-source=<(yes "$commit")
} | awk 'NF && !seen[$0]++')
[ "${#queue[@]}" -gt 0 ] || { echo 'tidy: no sources'; exit 0; }

results=$(mktemp -d) || exit 6
trap 'rm -rf "$results"' EXIT
trap 'exit 130' INT TERM
# Sources are read as they stand, without precompiled headers: those need a build, and all that is in them
# would be looked at for every source.
sed -E 's/ -Xclang -include(-pch)? -Xclang [^ "]+//g; s/ -Winvalid-pch| -fpch-instantiate-templates//g' \
    "$build/compile_commands.json" >"$results/compile_commands.json" || exit 6
export results
check_one() {
    [ "$(($(date +%s) - begun))" -lt "$budget" ] || exit 0
    name=$results/${1//\//_}
    if clang-tidy-14 -p "$results" --quiet "$1" >"$name.text" 2>/dev/null; then
        touch "$name.passed"
    else
        touch "$name.failed"
        cat "$name.text"
    fi
}
begun=$(date +%s)
export -f check_one
export begun budget
printf '%s\0' "${queue[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'check_one "$1"' check_one

passed=$(find "$results" -name '*.passed' | wc -l)
failed=$(find "$results" -name '*.failed' | wc -l)
printf 'tidy: %d sources clean, %d with findings, %d not reached in %d s\n' \
    "$passed" "$failed" "$((${#queue[@]} - passed - failed))" "$budget"
[ "$failed" -eq 0 ]
