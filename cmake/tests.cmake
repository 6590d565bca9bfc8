# tests/unit/<folder>/**/*_test.cpp  -> unit_<folder>, linked with that folder and those to its left
# tests/<kind>/**/*.cpp              -> <kind>, linked with everything
# The kind is the ctest label. tests/support/*.cpp is linked to all of them.
include(GoogleTest)

file(GLOB support_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/support/*.cpp")
if(support_sources)
  add_library(caravel_test_support STATIC ${support_sources})
  set(support_scope PUBLIC)
else()
  add_library(caravel_test_support INTERFACE)
  set(support_scope INTERFACE)
endif()
target_link_libraries(caravel_test_support ${support_scope}
  caravel_options caravel_oracles fmt::fmt GTest::gtest)
target_include_directories(caravel_test_support ${support_scope} "${PROJECT_SOURCE_DIR}/tests")
target_compile_definitions(caravel_test_support ${support_scope}
  "CARAVEL_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\""
  "CARAVEL_BINARY=\"${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/caravel\"")

function(caravel_test name kind folder_library)
  if(NOT ARGN)
    return()
  endif()
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE
    caravel_test_support ${folder_library} GTest::gtest_main)
  if(TARGET caravel AND NOT kind STREQUAL "unit")
    add_dependencies(${name} caravel)
  endif()
  caravel_precompile(${name} <gtest/gtest.h>)
  # The sanitizer builds start slowly on a loaded machine, hence the discovery timeout.
  gtest_discover_tests(${name}
    TEST_PREFIX "${name}."
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    DISCOVERY_TIMEOUT 120
    PROPERTIES LABELS ${kind} TIMEOUT 600)
endfunction()

file(GLOB unit_folders CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/unit/*")
foreach(path IN LISTS unit_folders)
  get_filename_component(folder "${path}" NAME)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${path}/*_test.cpp")
  if(TARGET caravel_${folder})
    caravel_test(unit_${folder} unit caravel_${folder} ${sources})
  elseif(sources)
    message(FATAL_ERROR "tests/unit/${folder}: there is no folder src/caravel/${folder}")
  endif()
endforeach()

foreach(kind IN LISTS CARAVEL_TEST_KINDS)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${kind}/*.cpp")
  caravel_test(${kind} ${kind} ${CARAVEL_ALL_FOLDERS} ${sources})
endforeach()

if(TARGET parity)
  target_link_libraries(parity PRIVATE "${CARAVEL_XRAYLIB}")
  target_include_directories(parity SYSTEM PRIVATE "${CARAVEL_XRAYLIB_INCLUDE}")
endif()

add_test(NAME tools.launcher
         COMMAND bash "${PROJECT_SOURCE_DIR}/tests/interface/launcher_test.sh")
set_tests_properties(tools.launcher PROPERTIES LABELS interface TIMEOUT 120)
add_test(NAME interface.report_screenshot
         COMMAND bash "${PROJECT_SOURCE_DIR}/tests/interface/report_screenshot_test.sh"
                 "$<TARGET_FILE:caravel>" "${PROJECT_SOURCE_DIR}")
set_tests_properties(interface.report_screenshot PROPERTIES
                     LABELS interface TIMEOUT 180 SKIP_RETURN_CODE 77)
# Named in full: a version manager's shim may come first on PATH.
find_program(CARAVEL_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
mark_as_advanced(CARAVEL_PYTHON)
if(CARAVEL_PYTHON)
  foreach(tool IN ITEMS check_layers check_compile_time)
    add_test(NAME tools.${tool}.self_test
             COMMAND "${CARAVEL_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/${tool}.py" --self-test)
    set_tests_properties(tools.${tool}.self_test PROPERTIES LABELS unit TIMEOUT 60)
  endforeach()
  add_test(NAME tools.check_layers
           COMMAND "${CARAVEL_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/check_layers.py")
  set_tests_properties(tools.check_layers PROPERTIES LABELS unit TIMEOUT 60)
endif()
