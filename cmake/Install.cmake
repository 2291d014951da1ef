# Installs the program and the library as a CMake package: find_package(orchestrator_exporter), then
# link orchestrator_exporter::metrics, ::http or ::system.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/orchestrator_exporter)
install(TARGETS orchestrator_exporter RUNTIME)
install(TARGETS orchestrator_metrics orchestrator_http orchestrator_system_archive civetweb_static
                exporter_prometheus_cpp exporter_re2 exporter_yaml exporter_isal exporter_mnl
        EXPORT orchestrator_exporterTargets ARCHIVE)
install(DIRECTORY metrics http DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/orchestrator_exporter
        FILES_MATCHING PATTERN "*.h")
install(DIRECTORY exporter/host exporter/kernel
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/orchestrator_exporter/exporter
        FILES_MATCHING PATTERN "*.h")
install(FILES exporter/log.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/orchestrator_exporter/exporter)
install(EXPORT orchestrator_exporterTargets NAMESPACE orchestrator_exporter::
        DESTINATION ${package_dir})
configure_package_config_file(cmake/orchestrator_exporterConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/orchestrator_exporterConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/orchestrator_exporterConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/orchestrator_exporterConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/orchestrator_exporterConfigVersion.cmake
        DESTINATION ${package_dir})

# The same for pkg-config: orchestrator_exporter, and orchestrator_exporter-http for the server. The
# prefix is only known when it is installed.
foreach(module orchestrator_exporter orchestrator_exporter-http)
  install(CODE "
    set(PROJECT_VERSION ${PROJECT_VERSION})
    set(CMAKE_INSTALL_LIBDIR ${CMAKE_INSTALL_LIBDIR})
    set(CMAKE_INSTALL_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
    configure_file(${CMAKE_CURRENT_LIST_DIR}/${module}.pc.in
                   ${CMAKE_CURRENT_BINARY_DIR}/${module}.pc @ONLY)")
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${module}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
