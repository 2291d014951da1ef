# What is taken from the system. Libraries without a CMake package of their own (or, as for
# prometheus-cpp, with one that brings more than its core) come through pkg-config.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)

function(exporter_pkg name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${module})
  # A plain interface around the imported target, so that an installed package can name it too.
  add_library(exporter_${name} INTERFACE)
  target_link_libraries(exporter_${name} INTERFACE $<BUILD_INTERFACE:PkgConfig::${name}>
                        $<INSTALL_INTERFACE:PkgConfig::${name}>)
  set_target_properties(exporter_${name} PROPERTIES EXPORT_NAME dependency_${name})
endfunction()

exporter_pkg(prometheus_cpp prometheus-cpp-core)
exporter_pkg(re2 re2)
exporter_pkg(yaml yaml-cpp)
exporter_pkg(deflate libdeflate)
exporter_pkg(mnl libmnl)
exporter_pkg(systemd libsystemd)
