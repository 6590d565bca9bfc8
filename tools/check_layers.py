#!/usr/bin/python3
"""Proves the architecture of src/ and apps/ from the include lines.

A folder of src/caravel includes only itself and the folders to its left in FOLDERS; headers do not
include each other in circles; CUDA stays in exec; headers that cost seconds stay in few sources; and
no macros are defined beside the three of the house. Prints one line per finding and exits 1 when
there are any. `--self-test` checks the checker.
"""
import argparse
import re
import sys
import tempfile
from pathlib import Path

# In the order in which the data flow; CMakeLists.txt holds the same list.
FOLDERS = (
    "base exec input couple kinetics matter formulation body tissue stimulus response imaging "
    "detection report study inference"
).split()

# Rooms of formulation/: physics of plain numbers. They know neither the description of a particle nor
# each other; formulation/cards/ brings them together.
ROOMS = "optics synthesis colloid magnetism radiation luminescence thermal chemistry".split()
DESCRIPTION = {"formulation.hpp", "properties.hpp", "card.hpp", "cards"}

MACROS = {"CARAVEL_EXPECTS", "CARAVEL_ENSURES", "CARAVEL_FN"}

# Header prefix -> in how many sources it may stand. Never in a header of ours.
HEAVY = {
    "nlohmann/json.hpp": 6,
    "CLI/": 1,
    "toml++/": 1,
    "yaml-cpp/": 1,
    "sbml/": 2,
    "Eigen/": 3,
    "boost/beast": 2,
    "hdf5.h": 2,
    "png.h": 1,
    "zlib.h": 3,
    "dcmtk/": 4,
}

CUDA_INCLUDE = re.compile(r"^(cuda|cub/|thrust/|curand|cooperative_groups)")
CUDA_WORD = re.compile(r"__(global|device|host|shared|constant)__|<<<")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
DEFINE = re.compile(r"^\s*#\s*define\s+(\w+)")
LITERAL = re.compile(r'"(?:\\.|[^"\\\n])*"')
SUFFIXES = {".hpp", ".cpp", ".h", ".cu", ".cuh", ".inl"}


def strip_comments(text):
    """The text without comments; line numbers stay as they are."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return re.sub(r"(?<!:)//[^\n]*", "", text)


def sources(root):
    for top in ("src", "apps"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path


def folder_of(name):
    """`tissue` for src/caravel/tissue/x.hpp, None for what lies elsewhere."""
    parts = name.split("/")
    return parts[2] if parts[:2] == ["src", "caravel"] and len(parts) > 3 else None


def check_room(name, line, target):
    """Findings about an include line of a room of formulation/."""
    inside = "src/caravel/formulation/"
    room = name[len(inside):].split("/")[0] if name.startswith(inside) else None
    if room not in ROOMS or not target.startswith("caravel/formulation/"):
        return
    other = target.split("/")[2]
    if other in DESCRIPTION or (other in ROOMS and other != room):
        yield f"{name}:{line}: includes {target}; {room} works on plain numbers, formulation/cards joins"


def check_include(name, line, quote, target, root):
    """Findings about one include line, without the heavy headers, which need the whole tree."""
    folder = folder_of(name)
    where = f"{name}:{line}"
    if CUDA_INCLUDE.match(target) and folder != "exec":
        yield f"{where}: includes {target}; only exec may include CUDA"
    if target.startswith("caravel/"):
        other = target.split("/")[1]
        if other not in FOLDERS:
            yield f"{where}: includes {target}; {other} is not a folder of src/caravel"
        elif folder in FOLDERS and FOLDERS.index(other) > FOLDERS.index(folder):
            yield f"{where}: includes {target}; {other} lies to the right of {folder}"
        if not (root / "src" / target).is_file():
            yield f"{where}: includes {target}, which does not exist"
    elif quote == '"' and name.startswith("src/"):
        yield f'{where}: includes "{target}"; write the path from src/, as in "caravel/{folder}/..."'


def check_file(name, text, root, graph, heavy):
    """Findings about one file; fills the include graph and the users of heavy headers."""
    folder = folder_of(name)
    if name.startswith("src/") and folder not in FOLDERS:
        yield f"{name}: lies in no folder of the list in tools/check_layers.py"
    graph[name] = []
    for line, content in enumerate(strip_comments(text).splitlines(), 1):
        include, define = INCLUDE.match(content), DEFINE.match(content)
        if include:
            quote, target = include.groups()
            yield from check_include(name, line, quote, target, root)
            yield from check_room(name, line, target)
            graph[name].append("src/" + target)
            for prefix in HEAVY:
                if target.startswith(prefix):
                    heavy.setdefault(prefix, []).append((name, line))
        elif define and define.group(1) not in MACROS:
            yield f"{name}:{line}: defines {define.group(1)}; macros are {', '.join(sorted(MACROS))}"
        elif folder != "exec" and not (define and define.group(1) == "CARAVEL_FN"):
            if CUDA_WORD.search(LITERAL.sub('""', content)):
                yield f"{name}:{line}: CUDA outside exec; write CARAVEL_FN and for_each"


def check_heavy(heavy):
    for prefix, users in sorted(heavy.items()):
        for name, line in users:
            if not name.endswith((".cpp", ".cu")):
                yield f"{name}:{line}: includes {prefix}... in a header; keep it in a source"
        files = sorted({name for name, _ in users})
        if len(files) > HEAVY[prefix]:
            yield f"{prefix}... is included by {len(files)} files, at most {HEAVY[prefix]}: {', '.join(files)}"


def find_cycle(graph):
    """One circle of includes as a list of names, or None."""
    done = set()
    for start in sorted(graph):
        path, stack = [], [(start, iter(graph[start]))]
        if start in done:
            continue
        path.append(start)
        while stack:
            name, rest = stack[-1]
            following = next((n for n in rest if n in graph and n not in done), None)
            if following is None:
                done.add(name)
                path.pop()
                stack.pop()
            elif following in path:
                return path[path.index(following):] + [following]
            else:
                path.append(following)
                stack.append((following, iter(graph[following])))
    return None


def check(root):
    findings, graph, heavy = [], {}, {}
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        findings += check_file(name, path.read_text(encoding="utf-8"), root, graph, heavy)
    findings += check_heavy(heavy)
    cycle = find_cycle(graph)
    if cycle:
        findings.append("include circle: " + " -> ".join(cycle))
    listed = re.findall(r"^caravel_folder\((\w+)", read_if_present(root / "CMakeLists.txt"), re.M)
    if listed and listed != FOLDERS:
        findings.append("CMakeLists.txt lists other folders than tools/check_layers.py")
    return findings, len(graph)


def read_if_present(path):
    return path.read_text(encoding="utf-8") if path.is_file() else ""


CASES = [
    # what it shows, files, a part of the one finding (None: no finding)
    ("leftward include", {"src/caravel/base/a.hpp": "", "src/caravel/tissue/b.cpp": '#include "caravel/base/a.hpp"'}, None),
    ("rightward include", {"src/caravel/tissue/a.hpp": "", "src/caravel/base/b.cpp": '#include "caravel/tissue/a.hpp"'}, "to the right of base"),
    ("include of nothing", {"src/caravel/base/b.cpp": '#include "caravel/base/none.hpp"'}, "does not exist"),
    ("include in a comment", {"src/caravel/base/b.cpp": '// #include "caravel/tissue/a.hpp"\n/*\n#define X\n*/'}, None),
    ("unknown folder", {"src/caravel/magic/b.cpp": ""}, "lies in no folder"),
    ("relative include", {"src/caravel/base/a.hpp": "", "src/caravel/base/b.cpp": '#include "a.hpp"'}, "path from src/"),
    ("room to description", {"src/caravel/formulation/card.hpp": "", "src/caravel/formulation/optics/b.cpp": '#include "caravel/formulation/card.hpp"'}, "plain numbers"),
    ("room to room", {"src/caravel/formulation/colloid/a.hpp": "", "src/caravel/formulation/optics/b.cpp": '#include "caravel/formulation/colloid/a.hpp"'}, "plain numbers"),
    ("cards to room", {"src/caravel/formulation/colloid/a.hpp": "", "src/caravel/formulation/cards/b.cpp": '#include "caravel/formulation/colloid/a.hpp"'}, None),
    ("circle", {"src/caravel/base/a.hpp": '#include "caravel/base/b.hpp"', "src/caravel/base/b.hpp": '#include "caravel/base/a.hpp"'}, "include circle"),
    ("diamond is no circle", {"src/caravel/base/a.hpp": '#include "caravel/base/b.hpp"\n#include "caravel/base/c.hpp"', "src/caravel/base/b.hpp": '#include "caravel/base/c.hpp"', "src/caravel/base/c.hpp": ""}, None),
    ("CUDA header in exec", {"src/caravel/exec/a.cu": "#include <cuda_runtime.h>"}, None),
    ("CUDA header elsewhere", {"src/caravel/tissue/a.cu": "#include <cuda_runtime.h>"}, "only exec may include CUDA"),
    ("CUDA word elsewhere", {"src/caravel/tissue/a.hpp": "__device__ int f();"}, "CUDA outside exec"),
    ("CUDA word in text", {"src/caravel/tissue/a.cpp": 'auto s = "<<<";'}, None),
    ("foreign macro", {"src/caravel/base/a.hpp": "#define CHECK(x) x"}, "defines CHECK"),
    ("house macro", {"src/caravel/base/a.hpp": "#define CARAVEL_FN"}, None),
    ("heavy header in a header", {"src/caravel/input/a.hpp": "#include <toml++/toml.h>"}, "in a header"),
    ("heavy header in one source", {"src/caravel/input/a.cpp": "#include <toml++/toml.h>"}, None),
    ("heavy header in two sources", {"src/caravel/input/a.cpp": "#include <toml++/toml.h>", "src/caravel/input/b.cpp": "#include <toml++/toml.h>"}, "at most 1"),
    ("other order in CMake", {"CMakeLists.txt": "caravel_folder(exec)\ncaravel_folder(base)"}, "lists other folders"),
]


def self_test():
    failed = 0
    for title, files, expected in CASES:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            findings, _ = check(Path(folder))
        right = not findings if expected is None else len(findings) == 1 and expected in findings[0]
        failed += not right
        print(f"{'ok     ' if right else 'FAILED '} {title}" + ("" if right else f": {findings}"))
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return 1 if self_test() else 0
    findings, count = check(options.root)
    print("\n".join(findings) if findings else f"layers: {count} files, no finding")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
