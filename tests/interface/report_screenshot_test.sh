#!/usr/bin/env bash
# The demo's report in headless Chromium at 1280 px: it renders, nothing is fetched, it is not blank.
# Usage: report_screenshot_test.sh CARAVEL_BINARY SOURCE_DIR; exit 77 (skipped) without Chromium.
set -eu -o pipefail
binary=$1
source=$2
command -v chromium >/dev/null || { echo 'skipped: no chromium'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$binary" run "$source/studies/doxil_mouse/study.toml" --out "$work/runs" --progress quiet >/dev/null
report=$(echo "$work"/runs/*/report.html)
timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$work/profile" --window-size=1280,2400 --screenshot="$work/page.png" \
    "file://$report" >"$work/log" 2>&1
/usr/bin/python3 - "$work/page.png" <<'PY'
import struct, sys, zlib

data = open(sys.argv[1], "rb").read()
width, height = struct.unpack(">II", data[16:24])
assert (width, height) == (1280, 2400), (width, height)
pos, pixels = 8, b""
while pos < len(data):
    size, kind = struct.unpack(">I4s", data[pos:pos + 8])
    if kind == b"IDAT":
        pixels += data[pos + 8:pos + 8 + size]
    pos += size + 12
raw = zlib.decompress(pixels)
stride = len(raw) // height
rows = {raw[i * stride:(i + 1) * stride] for i in range(height)}
# A blank page has a handful of different rows; text and curves make most of them differ.
assert len(rows) > height // 3, f"only {len(rows)} different rows of {height}"
print(f"{len(rows)} different rows of {height}")
PY
if grep -oE '(src|href)="https?://' "$report"; then
    echo 'the report refers to the network'
    exit 1
fi
