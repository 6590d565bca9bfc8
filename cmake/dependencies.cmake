# Debian 12 packages only (deps/apt-*.txt); nothing is vendored, nothing is downloaded.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
# Fields on disk; the serial C library. CMake's own module asks the wrapper compiler and drags in
# everything that links statically.
find_path(CARAVEL_HDF5_INCLUDE hdf5.h PATH_SUFFIXES hdf5/serial REQUIRED)
find_library(CARAVEL_HDF5 NAMES hdf5_serial hdf5 REQUIRED)
mark_as_advanced(CARAVEL_HDF5_INCLUDE CARAVEL_HDF5)
add_library(caravel_hdf5 UNKNOWN IMPORTED)
set_target_properties(caravel_hdf5 PROPERTIES IMPORTED_LOCATION "${CARAVEL_HDF5}"
                      INTERFACE_INCLUDE_DIRECTORIES "${CARAVEL_HDF5_INCLUDE}")

# DICOM, for caravel-dicom alone. The toolkit's own CMake files ask for every tool it was built with.
find_path(CARAVEL_DCMTK_INCLUDE dcmtk/dcmdata/dctk.h REQUIRED)
find_library(CARAVEL_DCMDATA dcmdata REQUIRED)
find_library(CARAVEL_OFLOG oflog REQUIRED)
find_library(CARAVEL_OFSTD ofstd REQUIRED)
mark_as_advanced(CARAVEL_DCMTK_INCLUDE CARAVEL_DCMDATA CARAVEL_OFLOG CARAVEL_OFSTD)
add_library(caravel_dcmtk INTERFACE)
target_include_directories(caravel_dcmtk SYSTEM INTERFACE "${CARAVEL_DCMTK_INCLUDE}")
target_link_libraries(caravel_dcmtk INTERFACE
  "${CARAVEL_DCMDATA}" "${CARAVEL_OFLOG}" "${CARAVEL_OFSTD}" Threads::Threads)

# Optional: without it the functions that read SBML say that they need it.
find_path(CARAVEL_SBML_INCLUDE sbml/SBMLTypes.h)
find_library(CARAVEL_SBML sbml)
mark_as_advanced(CARAVEL_SBML_INCLUDE CARAVEL_SBML)
if(CARAVEL_SBML AND CARAVEL_SBML_INCLUDE)
  add_library(caravel_sbml UNKNOWN IMPORTED)
  set_target_properties(caravel_sbml PROPERTIES IMPORTED_LOCATION "${CARAVEL_SBML}"
                        INTERFACE_INCLUDE_DIRECTORIES "${CARAVEL_SBML_INCLUDE}"
                        INTERFACE_COMPILE_DEFINITIONS CARAVEL_LIBSBML)
endif()

if(CARAVEL_TESTS)
  find_package(GTest REQUIRED)
  # Oracle of the parity tests for photon cross-sections.
  find_path(CARAVEL_XRAYLIB_INCLUDE xraylib.h PATH_SUFFIXES xraylib REQUIRED)
  find_library(CARAVEL_XRAYLIB xrl REQUIRED)
  mark_as_advanced(CARAVEL_XRAYLIB_INCLUDE CARAVEL_XRAYLIB)
endif()

# Independent implementations that tests and benchmarks hold results against, never the product.
# Debian builds SUNDIALS without a build type; CMake then takes its "none" configuration.
if(CARAVEL_TESTS OR CARAVEL_BENCH)
  find_package(SUNDIALS REQUIRED COMPONENTS cvode nvecserial)
  find_path(CARAVEL_RANDOM123_INCLUDE Random123/philox.h REQUIRED)
  mark_as_advanced(CARAVEL_RANDOM123_INCLUDE)
  add_library(caravel_oracles INTERFACE)
  target_link_libraries(caravel_oracles INTERFACE
    SUNDIALS::cvode SUNDIALS::nvecserial SUNDIALS::sunmatrixdense SUNDIALS::sunlinsoldense)
  target_include_directories(caravel_oracles SYSTEM INTERFACE "${CARAVEL_RANDOM123_INCLUDE}")
endif()
