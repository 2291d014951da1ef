# usage: cmake -DBUILD_DIR=... -DCXX=... -DCMAKE_AR=... -DCMAKE_OBJCOPY=... -DCMAKE_OBJDUMP=... -P run.cmake
# Installs the build tree BUILD_DIR into a folder of its own and builds the programs beside this file
# against it, each with the component that it needs and nothing else, by find_package and by pkg-config.
set(work ${BUILD_DIR}/package-test)
file(REMOVE_RECURSE ${work})
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(status)
    message(FATAL_ERROR "${ARGV}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()
function(expect program pattern)
  run(${program})
  if(NOT output MATCHES "${pattern}")
    message(FATAL_ERROR "${program} printed:\n${output}")
  endif()
endfunction()
function(expect_no_warning)
  if(output MATCHES "warning:")
    message(FATAL_ERROR "a program that links the library is warned:\n${output}")
  endif()
endfunction()
set(recorded "orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"o\"} 3\n")
set(expected_recorder "${recorded}")
set(expected_server "${recorded}")
set(expected_consumer "\nnode_load1 [0-9.]+\n")
set(expected_profiled "^work 1\n")
set(modules_recorder orchestrator_exporter)
set(modules_profiled orchestrator_exporter-profiling)
set(modules_server orchestrator_exporter orchestrator_exporter-http)
set(modules_consumer orchestrator_exporter-system)

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${work}/prefix)
file(GLOB_RECURSE module ${work}/prefix/*/orchestrator_exporter.pc)
cmake_path(GET module PARENT_PATH modules)
set(packages "$ENV{PKG_CONFIG_PATH}")
foreach(program recorder server consumer profiled)
  set(ENV{PKG_CONFIG_PATH} "${packages}")
  run(${CMAKE_COMMAND} -G Ninja -S ${CMAKE_CURRENT_LIST_DIR} -B ${work}/${program}
      -DPROGRAM=${program} -DCMAKE_PREFIX_PATH=${work}/prefix -DCMAKE_BUILD_TYPE=Debug)
  run(${CMAKE_COMMAND} --build ${work}/${program})
  expect_no_warning()
  expect(${work}/${program}/${program} "${expected_${program}}")

  # By pkg-config alone, as a Makefile would.
  set(ENV{PKG_CONFIG_PATH} "${modules}:${packages}")
  run(pkg-config --static --cflags --libs ${modules_${program}})
  separate_arguments(flags UNIX_COMMAND "${output}")
  run(${CXX} -std=c++20 ${CMAKE_CURRENT_LIST_DIR}/${program}.cc -o ${work}/${program}-by-pkg-config
      ${flags})
  expect_no_warning()
  expect(${work}/${program}-by-pkg-config "${expected_${program}}")
endforeach()

# What is installed holds machine code alone, also if the archives were built with link-time
# optimisation.
file(WRITE ${work}/code.cc "int answer() { return 42; }\n")
run(${CXX} -flto -ffat-lto-objects -c ${work}/code.cc -o ${work}/code.o)
run(${CMAKE_AR} rc ${work}/code.a ${work}/code.o)
run(${CMAKE_COMMAND} -DOBJCOPY=${CMAKE_OBJCOPY} -DARCHIVES=${work}/code.a
    -P ${CMAKE_CURRENT_LIST_DIR}/../../cmake/KeepMachineCode.cmake)
run(${CMAKE_OBJDUMP} --section-headers ${work}/code.a)
if(NOT output MATCHES "[.]text" OR output MATCHES "[.]gnu[.]lto_")
  message(FATAL_ERROR "not machine code alone:\n${output}")
endif()

# A program that only records finds and needs nothing but prometheus-cpp's core: with every other
# package hidden it still configures.
file(COPY_FILE ${work}/recorder/CMakeCache.txt ${work}/recorder.cache)
file(STRINGS ${work}/recorder.cache others REGEX "^(re2|yaml|mnl|isal)_FOUND")
if(others)
  message(FATAL_ERROR "a program that only records looked for: ${others}")
endif()
