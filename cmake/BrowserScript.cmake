# What http/ingest/browser serves to web pages: web-vitals with our sender, and the licence of web-vitals,
# packed and written into a source. Without web parts both are empty.
option(ORCHESTRATOR_EXPORTER_WEB "Serve /browser.js, which needs web-vitals from npm" ON)
set(ORCHESTRATOR_EXPORTER_WEB_VITALS_SOURCE "" CACHE PATH "Unpacked package web-vitals 6.2.3")

set(web_vitals_dir ${ORCHESTRATOR_EXPORTER_WEB_VITALS_SOURCE})
if(ORCHESTRATOR_EXPORTER_WEB AND NOT web_vitals_dir)
  set(web_vitals_dir ${PROJECT_BINARY_DIR}/_deps/web-vitals)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/fetch-web-vitals ${web_vitals_dir}
                  RESULT_VARIABLE failed ERROR_VARIABLE reason ERROR_STRIP_TRAILING_WHITESPACE)
  if(failed)
    message(STATUS "Building without web parts (ORCHESTRATOR_EXPORTER_WEB): ${reason}")
    set(web_vitals_dir "")
  endif()
elseif(NOT ORCHESTRATOR_EXPORTER_WEB)
  set(web_vitals_dir "")
endif()

set(browser_script_source ${PROJECT_BINARY_DIR}/generated/browser_script.cc)
set(browser_sender ${PROJECT_SOURCE_DIR}/http/ingest/browser/sender.js)
set(browser_script_inputs ${browser_sender} ${PROJECT_SOURCE_DIR}/cmake/PackBrowserScript.cmake)
if(web_vitals_dir)
  list(APPEND browser_script_inputs ${web_vitals_dir}/dist/web-vitals.iife.js ${web_vitals_dir}/LICENSE)
endif()
add_custom_command(OUTPUT ${browser_script_source}
  COMMAND ${CMAKE_COMMAND} -DWEB_VITALS=${web_vitals_dir} -DSENDER=${browser_sender}
          -DOUTPUT=${browser_script_source} -P ${PROJECT_SOURCE_DIR}/cmake/PackBrowserScript.cmake
  DEPENDS ${browser_script_inputs} VERBATIM)
