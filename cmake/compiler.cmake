set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
# Assertions (CARAVEL_EXPECTS) do not depend on NDEBUG, so -O levels are all that differs.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")

# What every target of ours is compiled with; bit-identical results need the first line. g++ 12 finds
# overlaps in its own std::string where there are none (GCC bug 105651), hence -Wno-restrict.
add_library(caravel_options INTERFACE)
target_compile_options(caravel_options INTERFACE
  -ffp-contract=off -fno-fast-math
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${CARAVEL_WERROR}>:-Werror>)
target_include_directories(caravel_options INTERFACE "${PROJECT_SOURCE_DIR}/src")

if(CARAVEL_SANITIZE)
  add_compile_options(-fsanitize=${CARAVEL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CARAVEL_SANITIZE})
  # Reports name files and lines; the rest of the debugging information costs a tenth of the build.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-gline-tables-only)
  endif()
  # Kernels that are inlined into one function per vector width: with these checks on each of their
  # loads clang 14 takes minutes and up to 3.4 GB for one source. Addresses and alignment stay checked.
  set_source_files_properties(
    "${PROJECT_SOURCE_DIR}/src/caravel/kinetics/batch_lanes.cpp"
    "${PROJECT_SOURCE_DIR}/src/caravel/kinetics/voxel_kernels_avx2.cpp"
    "${PROJECT_SOURCE_DIR}/src/caravel/kinetics/voxel_kernels_avx512.cpp"
    "${PROJECT_SOURCE_DIR}/src/caravel/kinetics/voxel_lanes.cpp"
    "${PROJECT_SOURCE_DIR}/src/caravel/tissue/fields/constant_diffusion_kernels_double.cpp"
    "${PROJECT_SOURCE_DIR}/src/caravel/tissue/fields/constant_diffusion_kernels_float.cpp"
    PROPERTIES COMPILE_OPTIONS "-fno-sanitize=null,object-size,pointer-overflow")
endif()

# Loops over rows of matrices that -O2 leaves scalar. No sum is reordered: the bits are the same.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CARAVEL_SANITIZE)
  set_source_files_properties(
    "${PROJECT_SOURCE_DIR}/src/caravel/inference/matrix.cpp"
    "${PROJECT_SOURCE_DIR}/src/caravel/inference/delivery/hierarchical.cpp"
    "${PROJECT_SOURCE_DIR}/src/caravel/inference/delivery/hierarchical_study.cpp"
    "${PROJECT_SOURCE_DIR}/src/caravel/inference/delivery/mixed_model.cpp"
    PROPERTIES COMPILE_OPTIONS "-O3")
endif()

# Coverage feedback from the named folders, or all; the fuzzer's main goes only into the targets.
if(CARAVEL_FUZZ)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
function(caravel_fuzz_feedback target folder)
  if(CARAVEL_FUZZ AND (NOT CARAVEL_FUZZ_FOLDERS OR folder IN_LIST CARAVEL_FUZZ_FOLDERS))
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

if(CARAVEL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(CARAVEL_CCACHE_PROGRAM ccache)
  mark_as_advanced(CARAVEL_CCACHE_PROGRAM)
  if(CARAVEL_CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CARAVEL_CCACHE_PROGRAM}")
  endif()
endif()

if(CARAVEL_FAST_LINKER)
  # Not mold: version 1.10 takes archive members that nobody needs, and with them the symbols of
  # folders that a unit test does not link. Each build folder has one compiler, so the answer may be kept.
  include(CheckLinkerFlag)
  check_linker_flag(CXX "-fuse-ld=lld" CARAVEL_LINKS_WITH_LLD)
  if(CARAVEL_LINKS_WITH_LLD)
    add_link_options("-fuse-ld=lld")
  endif()
endif()

# Standard headers that most sources of the folders include, and the dearest.
set(CARAVEL_COMMON_HEADERS <algorithm> <array> <cmath> <complex> <filesystem> <functional> <map> <optional>
    <set> <span> <string> <string_view> <vector> <fmt/format.h>)

# caravel_precompile(<target> <header>...): for clang with sanitizers alone. There headers are a third of
# the cost of a source and half of that of a test; for g++ they are a tenth, at 90 MB for each target, and
# the build with g++ shows which include is missing. ccache keeps objects better without.
function(caravel_precompile target)
  if(CARAVEL_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND
     NOT CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache")
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
