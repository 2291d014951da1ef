# Installs the program and the library as a CMake package of four components, each with what it needs
# and no more: find_package(orchestrator_exporter COMPONENTS metrics http system profiling), then
# link orchestrator_exporter::metrics, ::http, ::system or ::profiling. Without COMPONENTS it is metrics alone.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/orchestrator_exporter)
set(headers_dir ${CMAKE_INSTALL_INCLUDEDIR}/orchestrator_exporter)
install(TARGETS orchestrator_exporter RUNTIME)
function(install_component component)
  install(TARGETS ${ARGN} EXPORT orchestrator_exporter-${component} ARCHIVE)
  install(EXPORT orchestrator_exporter-${component} NAMESPACE orchestrator_exporter::
          DESTINATION ${package_dir})
endfunction()
install_component(metrics orchestrator_metrics exporter_prometheus_cpp)
install_component(profiling orchestrator_profiling orchestrator_allocation_hooks)
install_component(http orchestrator_http civetweb_static exporter_isal)
install_component(system orchestrator_system_archive exporter_re2 exporter_mnl)
install_component(yaml exporter_yaml)  # for both of these
# Archives of the preset release hold intermediate code beside the machine code.
install(CODE "
  set(OBJCOPY \"${CMAKE_OBJCOPY}\")
  set(ARCHIVES)
  foreach(name metrics profiling allocation_hooks http civetweb system)
    list(APPEND ARCHIVES
         \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/liborchestrator_\${name}.a\")
  endforeach()
  include(\"${CMAKE_CURRENT_LIST_DIR}/KeepMachineCode.cmake\")")
# All that is installed; scripts/run builds it, so that cmake --install works after it.
add_custom_target(installed DEPENDS
  orchestrator_exporter orchestrator_metrics orchestrator_profiling orchestrator_allocation_hooks
  orchestrator_http orchestrator_system_archive)

install(DIRECTORY metrics http DESTINATION ${headers_dir} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY exporter/host exporter/kernel DESTINATION ${headers_dir}/exporter
        FILES_MATCHING PATTERN "*.h")
install(FILES exporter/log.h DESTINATION ${headers_dir}/exporter)
install(FILES metrics/metrics.h DESTINATION ${headers_dir})
# Sources include from the root of the project ("metrics/sink.h"); what is installed includes from its
# own folder, so that no folder named metrics, http or exporter lies in anybody's include path.
install(CODE "
  file(GLOB_RECURSE headers
       \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${headers_dir}/*.h\")
  foreach(header \${headers})
    file(READ \${header} text)
    string(REGEX REPLACE \"#include \\\"((metrics|http|exporter)/[a-z0-9_/]+[.]h)\\\"\"
           \"#include <orchestrator_exporter/\\\\1>\" rewritten \"\${text}\")
    if(NOT rewritten STREQUAL text)
      file(WRITE \${header} \"\${rewritten}\")
    endif()
  endforeach()")

configure_package_config_file(cmake/orchestrator_exporterConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/orchestrator_exporterConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/orchestrator_exporterConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/orchestrator_exporterConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/orchestrator_exporterConfigVersion.cmake
        DESTINATION ${package_dir})

# The same for pkg-config: orchestrator_exporter, orchestrator_exporter-http, orchestrator_exporter-system
# and orchestrator_exporter-profiling. The prefix is only known when it is installed.
foreach(module orchestrator_exporter orchestrator_exporter-http orchestrator_exporter-system
        orchestrator_exporter-profiling)
  install(CODE "
    set(PROJECT_VERSION ${PROJECT_VERSION})
    set(CMAKE_INSTALL_LIBDIR ${CMAKE_INSTALL_LIBDIR})
    set(CMAKE_INSTALL_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
    configure_file(${CMAKE_CURRENT_LIST_DIR}/${module}.pc.in
                   ${CMAKE_CURRENT_BINARY_DIR}/${module}.pc @ONLY)")
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${module}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
