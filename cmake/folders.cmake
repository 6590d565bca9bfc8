# caravel_folder(<name> [SHARED_EXTERNAL <library>...] [EXTERNAL <library>...])
#
# Makes the library caravel_<name> from src/caravel/<name>. It links the folder before it and thereby
# all folders to its left, none to its right: a call against the flow does not link in that folder's
# unit tests. A folder without sources becomes an INTERFACE library. SHARED_EXTERNAL libraries are
# for this folder and all to its right, EXTERNAL ones for this folder alone.
function(caravel_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SHARED_EXTERNAL;EXTERNAL")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/caravel/${name}/*.cpp")
  get_property(left GLOBAL PROPERTY CARAVEL_LAST_FOLDER)
  if(left)
    set(left "caravel_${left}")
  endif()

  if(sources)
    add_library(caravel_${name} STATIC ${sources})
    target_link_libraries(caravel_${name} PUBLIC caravel_options ${left} ${arg_SHARED_EXTERNAL}
                          PRIVATE ${arg_EXTERNAL})
    caravel_fuzz_feedback(caravel_${name} ${name})
    caravel_precompile(caravel_${name} ${CARAVEL_COMMON_HEADERS})
  else()
    add_library(caravel_${name} INTERFACE)
    target_link_libraries(caravel_${name} INTERFACE caravel_options ${left}
                          ${arg_SHARED_EXTERNAL} ${arg_EXTERNAL})
  endif()
  set_property(GLOBAL PROPERTY CARAVEL_LAST_FOLDER "${name}")
  set_property(GLOBAL APPEND PROPERTY CARAVEL_FOLDERS "${name}")
endfunction()
