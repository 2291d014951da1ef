# What is taken from the system. Libraries without a CMake package of their own (or, as for
# prometheus-cpp, with one that brings more than its core) come through pkg-config.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)

# An archive, where there is one, goes into our own programs in place of the shared library: most of
# it is not needed, and a shared one would be resident in parts and relocated whole.
function(exporter_pkg name module)
  cmake_parse_arguments(arg "" "ARCHIVE" "" ${ARGN})
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${module})
  set(library PkgConfig::${name})
  if(arg_ARCHIVE)
    find_library(${name}_ARCHIVE ${arg_ARCHIVE} HINTS ${${name}_LIBDIR})
    if(${name}_ARCHIVE)
      set(library ${${name}_ARCHIVE})
    endif()
  endif()
  # A plain interface around the imported target, so that an installed package can name it too.
  add_library(exporter_${name} INTERFACE)
  target_include_directories(exporter_${name} SYSTEM INTERFACE
                             $<BUILD_INTERFACE:${${name}_INCLUDE_DIRS}>)
  target_link_libraries(exporter_${name} INTERFACE $<BUILD_INTERFACE:${library}>
                        $<INSTALL_INTERFACE:PkgConfig::${name}>)
  set_target_properties(exporter_${name} PROPERTIES EXPORT_NAME dependency_${name})
endfunction()

exporter_pkg(prometheus_cpp prometheus-cpp-core)
exporter_pkg(re2 re2 ARCHIVE libre2.a)
exporter_pkg(yaml yaml-cpp ARCHIVE libyaml-cpp.a)
exporter_pkg(isal libisal)
exporter_pkg(mnl libmnl)
exporter_pkg(simdjson simdjson)
exporter_pkg(snappy snappy ARCHIVE libsnappy.a)
exporter_pkg(systemd libsystemd)
pkg_check_modules(openssl REQUIRED IMPORTED_TARGET openssl>=3.0)
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2)
exporter_pkg(sqlite sqlite3)
# Headers only, each for one source of metrics/statistics.
find_path(boost_INCLUDE_DIR boost/math/distributions/normal.hpp REQUIRED)
find_path(eigen_INCLUDE_DIR Eigen/QR PATH_SUFFIXES eigen3 REQUIRED)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl>=7.85)
