# Installs the build tree BUILD_DIR into a folder of its own, builds the consumer next to this file
# against it and checks that it gives this host's load. Then the same for a program that finds the
# library by pkg-config.
set(work ${BUILD_DIR}/package-test)
file(REMOVE_RECURSE ${work})
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(status)
    message(FATAL_ERROR "${ARGV}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${work}/prefix)
run(${CMAKE_COMMAND} -G Ninja -S ${CMAKE_CURRENT_LIST_DIR} -B ${work}/build
    -DCMAKE_PREFIX_PATH=${work}/prefix -DCMAKE_BUILD_TYPE=Debug)
run(${CMAKE_COMMAND} --build ${work}/build)
run(${work}/build/consumer)
if(NOT output MATCHES "\nnode_load1 [0-9.]+\n")
  message(FATAL_ERROR "the consumer printed:\n${output}")
endif()

# By pkg-config alone, as a Makefile would.
file(GLOB_RECURSE module ${work}/prefix/*/orchestrator_exporter.pc)
cmake_path(GET module PARENT_PATH modules)
set(ENV{PKG_CONFIG_PATH} ${modules})
run(pkg-config --static --cflags --libs orchestrator_exporter orchestrator_exporter-http)
separate_arguments(flags UNIX_COMMAND "${output}")
run(${CXX} -std=c++20 ${CMAKE_CURRENT_LIST_DIR}/recorder.cc -o ${work}/recorder ${flags})
run(${work}/recorder)
if(NOT output MATCHES "orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"o\"} 3\n")
  message(FATAL_ERROR "the program found by pkg-config printed:\n${output}")
endif()
