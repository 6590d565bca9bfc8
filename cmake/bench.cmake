# bench/<name>_bench.cpp -> a Google Benchmark program; any other bench/<name>.cpp -> a plain program.
find_package(benchmark REQUIRED)
# The oracles and the reference model that tests use too.
add_library(caravel_bench_support STATIC
  "${PROJECT_SOURCE_DIR}/tests/support/cvode_oracle.cpp"
  "${PROJECT_SOURCE_DIR}/tests/support/mouse_model.cpp")
target_link_libraries(caravel_bench_support PUBLIC caravel_kinetics caravel_oracles fmt::fmt)
target_include_directories(caravel_bench_support PUBLIC "${PROJECT_SOURCE_DIR}/tests")
file(GLOB bench_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cpp")
foreach(source IN LISTS bench_sources)
  get_filename_component(name "${source}" NAME_WE)
  set(target "bench_${name}")
  add_executable(${target} "${source}")
  target_link_libraries(${target} PRIVATE caravel_bench_support ${CARAVEL_ALL_FOLDERS})
  target_compile_definitions(${target} PRIVATE "CARAVEL_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
  if(name MATCHES "_bench$")
    target_link_libraries(${target} PRIVATE benchmark::benchmark_main)
  endif()
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME "${name}" RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin/bench")
endforeach()
