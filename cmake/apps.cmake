# apps/<name>/*.cpp becomes the program <name>; the programs see every folder.
get_property(CARAVEL_LAST_FOLDER GLOBAL PROPERTY CARAVEL_LAST_FOLDER)
set(CARAVEL_ALL_FOLDERS "caravel_${CARAVEL_LAST_FOLDER}")

file(GLOB app_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/apps/caravel/*.cpp")
if(app_sources)
  add_executable(caravel ${app_sources})
  target_link_libraries(caravel PRIVATE ${CARAVEL_ALL_FOLDERS} CLI11::CLI11)
  target_include_directories(caravel PRIVATE "${PROJECT_SOURCE_DIR}/apps")
  target_compile_definitions(caravel PRIVATE "CARAVEL_VERSION=\"${PROJECT_VERSION}\"")
endif()

# Writes DICOM in a process of its own: the toolkit's globals and its way of failing stay there.
file(GLOB dicom_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/apps/caravel_dicom/*.cpp")
if(dicom_sources)
  add_executable(caravel-dicom ${dicom_sources})
  target_link_libraries(caravel-dicom PRIVATE ${CARAVEL_ALL_FOLDERS} caravel_dcmtk)
  # libsbml and DCMTK both define a class XMLNode: only what is used may be loaded.
  target_link_options(caravel-dicom PRIVATE "LINKER:--as-needed")
  add_dependencies(caravel caravel-dicom)
endif()
