# The scripts of others that web pages get of the program: web_assets_dir has a folder for each package of
# scripts/fetch-web-assets, and is empty in a build without web parts.
option(ORCHESTRATOR_EXPORTER_WEB "Build the web parts, which need packages from npm" ON)
set(ORCHESTRATOR_EXPORTER_WEB_ASSETS "" CACHE PATH "Folder that scripts/fetch-web-assets has filled")

set(web_assets_dir)
if(ORCHESTRATOR_EXPORTER_WEB)
  set(web_assets_dir ${ORCHESTRATOR_EXPORTER_WEB_ASSETS})
  if(NOT web_assets_dir)
    set(web_assets_dir ${PROJECT_SOURCE_DIR}/build/_deps/web)
    execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/fetch-web-assets ${web_assets_dir}
                    RESULT_VARIABLE failed ERROR_VARIABLE reason ERROR_STRIP_TRAILING_WHITESPACE)
    if(failed)
      message(STATUS "Building without web parts (ORCHESTRATOR_EXPORTER_WEB): ${reason}")
      set(web_assets_dir)
    endif()
  endif()
endif()
