# What http/ingest/browser serves to web pages: web-vitals with our sender, and the licence of web-vitals,
# packed and written into a source. Without web parts both are empty.
set(web_vitals_dir)
if(web_assets_dir)
  set(web_vitals_dir ${web_assets_dir}/web-vitals)
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
