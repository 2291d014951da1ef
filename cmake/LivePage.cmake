# The files of the live page (http/pages/live and uPlot), packed and written into a source. Without web
# parts there are none, and / leads to the plain page.

# Pairs of the name that the page asks for and the file.
set(live_assets)
if(web_assets_dir)
  file(GLOB live_files CONFIGURE_DEPENDS http/pages/live/*.js http/pages/live/*.css
       http/pages/live/*.html http/pages/live/charts.json)
  foreach(file ${live_files})
    get_filename_component(name ${file} NAME)
    list(APPEND live_assets ${name} ${file})
  endforeach()
  list(APPEND live_assets uplot.js ${web_assets_dir}/uplot/dist/uPlot.iife.min.js
       uplot.css ${web_assets_dir}/uplot/dist/uPlot.min.css uplot.LICENSE.txt ${web_assets_dir}/uplot/LICENSE)
endif()
set(live_assets_source ${PROJECT_BINARY_DIR}/generated/live_assets.cc)
string(REPLACE ";" "|" live_assets_list "${live_assets}")
add_custom_command(OUTPUT ${live_assets_source}
  COMMAND ${CMAKE_COMMAND} "-DASSETS=${live_assets_list}" -DOUTPUT=${live_assets_source}
          -P ${PROJECT_SOURCE_DIR}/cmake/PackAssets.cmake
  DEPENDS ${live_files} ${PROJECT_SOURCE_DIR}/cmake/PackAssets.cmake ${CMAKE_CURRENT_LIST_FILE} VERBATIM)
