option(CARAVEL_TESTS "Build the tests" OFF)
option(CARAVEL_BENCH "Build the benchmarks" OFF)
option(CARAVEL_FUZZ "Build the fuzz targets (clang only)" OFF)
set(CARAVEL_FUZZ_FOLDERS "" CACHE STRING "Folders whose coverage guides the fuzz targets, empty for all")
option(CARAVEL_WERROR "Treat warnings as errors" OFF)
option(CARAVEL_FAST_LINKER "Link with lld where present" ON)
option(CARAVEL_CCACHE "Compile through ccache where present" ON)
set(CARAVEL_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")
set(CARAVEL_TEST_KINDS "verification;statistical;parity;validation;regression;interface" CACHE STRING
    "Which of tests/ are built beside tests/unit")
# A packager who installs sets this to the installed share/caravel/data.
set(CARAVEL_DATA_DIR "${PROJECT_SOURCE_DIR}/data" CACHE PATH "Where the binary finds its own tables")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
