# civetweb 1.16, built from source: Debian 12's binary package lacks IPv6, crashes on TLS with
# OpenSSL 3, and misses two security fixes. Linked statically and never installed as a header.
if(ORCHESTRATOR_EXPORTER_CIVETWEB_SOURCE)
  set(civetweb_dir ${ORCHESTRATOR_EXPORTER_CIVETWEB_SOURCE})
else()
  include(FetchContent)
  FetchContent_Declare(civetweb
    GIT_REPOSITORY https://github.com/civetweb/civetweb.git
    GIT_TAG v1.16
    GIT_SHALLOW TRUE)
  FetchContent_GetProperties(civetweb)
  if(NOT civetweb_POPULATED)
    FetchContent_Populate(civetweb)
  endif()
  set(civetweb_dir ${civetweb_SOURCE_DIR})
endif()
if(NOT EXISTS ${civetweb_dir}/src/civetweb.c)
  message(FATAL_ERROR "no civetweb source at ${civetweb_dir}: run scripts/fetch-civetweb DIR and "
                      "set ORCHESTRATOR_EXPORTER_CIVETWEB_SOURCE=DIR")
endif()

add_library(civetweb_static STATIC ${civetweb_dir}/src/civetweb.c)
target_include_directories(civetweb_static SYSTEM BEFORE PUBLIC
                           $<BUILD_INTERFACE:${civetweb_dir}/include>)
target_compile_definitions(civetweb_static PRIVATE
  # Without TLS the handshake of WebSockets takes civetweb's own SHA-1; with it, NO_SSL makes room for
  # OPENSSL_API_3_0 and NO_SSL_DL.
  USE_IPV6 USE_WEBSOCKET USE_X_DOM_SOCKET NO_SSL NO_CGI NO_FILES
  NO_CACHING
  # A link goes to the first idle worker. And no socket is lost when the server stops.
  ALTERNATIVE_QUEUE
  # Worker threads need little stack. The quantum is how often waiting threads wake to see whether the
  # server is to stop: never, since its links end then.
  USE_STACK_SIZE=524288 SOCKET_TIMEOUT_QUANTUM=2000000000)
target_compile_options(civetweb_static PRIVATE -w)
target_link_libraries(civetweb_static PUBLIC Threads::Threads ${CMAKE_DL_LIBS})
set_target_properties(civetweb_static PROPERTIES EXPORT_NAME civetweb
                      OUTPUT_NAME orchestrator_civetweb POSITION_INDEPENDENT_CODE ON)
# Not for ThreadSanitizer: civetweb's stop flag is a volatile int, a race by the letter. Locks and
# threads are still seen there, so that our side of it is checked.
if(ORCHESTRATOR_EXPORTER_SANITIZE AND NOT ORCHESTRATOR_EXPORTER_SANITIZE STREQUAL "thread")
  target_compile_options(civetweb_static PRIVATE
    -fsanitize=${ORCHESTRATOR_EXPORTER_SANITIZE} -fno-omit-frame-pointer)
endif()
