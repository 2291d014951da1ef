# Gives a target of this project its settings: language level, warnings, sanitizers, include root.
find_program(CCACHE_PROGRAM ccache)
# Programs for tests are large and many: this linker takes a tenth of the time that the usual one takes for them.
find_program(MOLD_PROGRAM ld.mold)
set(common_headers ${PROJECT_SOURCE_DIR}/cmake/common_headers.h)

# The headers as users write them, <orchestrator_exporter/metrics.h>, for the examples, the code of the
# documentation and programs that take the project in with add_subdirectory().
set(public_headers ${PROJECT_BINARY_DIR}/include/orchestrator_exporter)
file(MAKE_DIRECTORY ${public_headers})
foreach(room metrics http exporter)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${room} ${public_headers}/${room} SYMBOLIC)
endforeach()
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/metrics/metrics.h ${public_headers}/metrics.h SYMBOLIC)

# The sources of a target in few units, if CMAKE_UNITY_BUILD asks for it (the presets do):
# most of the time that a source takes is spent on what it includes. unity_groups.py says which go
# together. What is added to the target later is compiled by itself, and so is what has settings of its
# own: these must be known by then. Functions of a release keep their names, which its list of hot ones gives.
function(exporter_unity_groups target)
  get_target_property(sources ${target} SOURCES)
  set(others ${sources})
  list(FILTER sources INCLUDE REGEX "[.]cc$")
  list(FILTER sources EXCLUDE REGEX "^${PROJECT_BINARY_DIR}/")
  foreach(source ${sources})
    get_source_file_property(definitions ${source} COMPILE_DEFINITIONS)
    get_source_file_property(options ${source} COMPILE_OPTIONS)
    if(definitions OR options)
      list(REMOVE_ITEM sources ${source})
    endif()
  endforeach()
  list(LENGTH sources count)
  if(count LESS 2)
    return()
  endif()
  list(REMOVE_ITEM others ${sources})
  if(NOT Python3_EXECUTABLE)
    # Itself, and not a script that looks for it each time.
    find_program(python3_or_script python3 REQUIRED)
    execute_process(COMMAND ${python3_or_script} -c "import sys; print(sys.executable)"
      OUTPUT_VARIABLE interpreter OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    set(Python3_EXECUTABLE ${interpreter} CACHE FILEPATH "Python")
  endif()
  set(into)
  if(NOT CMAKE_BUILD_TYPE STREQUAL Release)
    set(into --into ${CMAKE_CURRENT_BINARY_DIR}/units/${target})
  endif()
  execute_process(
    COMMAND ${Python3_EXECUTABLE} -S ${PROJECT_SOURCE_DIR}/cmake/unity_groups.py 16 ${into} ${sources}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE lines COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^\n]+" lines "${lines}")
  if(into)
    set_target_properties(${target} PROPERTIES SOURCES "${others};${lines}" UNITY_BUILD OFF)
  else()
    foreach(line ${lines})
      string(REGEX MATCH "^(.*)\t(.*)$" line "${line}")
      set_source_files_properties(${CMAKE_MATCH_2} PROPERTIES UNITY_GROUP ${target}_${CMAKE_MATCH_1})
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  endif()
  # GCC takes a source that is included for a header, whose types all see.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()

function(exporter_target target)
  cmake_parse_arguments(arg "" "EXPORT_NAME" "" ${ARGN})
  set_target_properties(${target} PROPERTIES
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  # GCC 12 sees overlapping and out-of-bounds copies in std::string's operator+ (GCC bugs 105329,
  # 105651), and reads of what an optional or a variant does not hold (80635), hence the exceptions.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-maybe-uninitialized>
    # Clang's -Wconversion asks for what GCC's does not.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>)
  if(CMAKE_UNITY_BUILD)
    exporter_unity_groups(${target})
  endif()
  if(ORCHESTRATOR_EXPORTER_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(ORCHESTRATOR_EXPORTER_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${ORCHESTRATOR_EXPORTER_SANITIZE} -fno-omit-frame-pointer)
    # Each check of undefined behavior has pointers of its own, millions of them, which a program
    # that may lie anywhere would have to correct at each start: half of its size and of that time.
    target_link_options(${target} PUBLIC -fsanitize=${ORCHESTRATOR_EXPORTER_SANITIZE} -no-pie)
  endif()
  if(MOLD_PROGRAM AND CMAKE_BUILD_TYPE STREQUAL Debug)
    target_link_options(${target} PUBLIC $<BUILD_INTERFACE:-fuse-ld=mold>)
  endif()
  if(CCACHE_PROGRAM)
    # Without this it would keep nothing that was compiled with precompiled headers.
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
      "env;CCACHE_SLOPPINESS=pch_defines,time_macros;${CCACHE_PROGRAM}")
  endif()
  if(arg_EXPORT_NAME)
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${arg_EXPORT_NAME})
  endif()
endfunction()

# What the binary tells of its origin (exporter/build_info.h).
find_package(Git QUIET)
function(exporter_build_info target)
  set(EXPORTER_REVISION unknown)
  set(EXPORTER_BRANCH unknown)
  if(GIT_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE revision
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed)
      set(EXPORTER_REVISION ${revision})
    endif()
    execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --abbrev-ref HEAD
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE branch
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed)
      set(EXPORTER_BRANCH ${branch})
    endif()
  endif()
  string(REPLACE x86_64 amd64 architecture ${CMAKE_SYSTEM_PROCESSOR})
  string(REPLACE aarch64 arm64 architecture ${architecture})
  set(EXPORTER_ARCHITECTURE ${architecture})
  set(EXPORTER_VERSION ${PROJECT_VERSION})
  configure_file(${PROJECT_SOURCE_DIR}/cmake/build_info.h.in
                 ${PROJECT_BINARY_DIR}/generated/exporter/build_info.h @ONLY)
  target_include_directories(${target} PRIVATE ${PROJECT_BINARY_DIR}/generated)
endfunction()
