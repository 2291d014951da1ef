# Writes the source that holds the packed script and licence; run by cmake/BrowserScript.cmake.
# -DWEB_VITALS=DIR (empty: none) -DSENDER=FILE -DOUTPUT=FILE
function(write_packed function text)
  set(bytes)
  set(tag)
  set(size 0)
  if(text)
    file(WRITE ${OUTPUT}.text "${text}")
    execute_process(COMMAND gzip -9nc ${OUTPUT}.text OUTPUT_FILE ${OUTPUT}.gz COMMAND_ERROR_IS_FATAL ANY)
    file(SHA256 ${OUTPUT}.text tag)
    string(SUBSTRING ${tag} 0 16 tag)
    file(SIZE ${OUTPUT}.gz size)
    file(READ ${OUTPUT}.gz bytes HEX)
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
    # Lines of 32 bytes.
    string(REGEX REPLACE "(........................................................................................................................)" "\\1\"\n    \"" bytes "${bytes}")
  endif()
  file(APPEND ${OUTPUT}.new "
PackedFile ${function}() {
  return {std::string_view(\n    \"${bytes}\",\n    ${size}), \"${tag}\"};
}
")
endfunction()

set(script)
set(licence)
if(WEB_VITALS)
  file(READ ${WEB_VITALS}/dist/web-vitals.iife.js vitals)
  file(READ ${WEB_VITALS}/LICENSE licence)
  file(READ ${SENDER} sender)
  # Neither the comments nor the indentation of the sender travel.
  string(REGEX REPLACE "(^|\n)( *//[^\n]*|//# sourceMappingURL[^\n]*)" "\\1" sender "${sender}")
  string(REGEX REPLACE "\n//# sourceMappingURL[^\n]*" "" vitals "${vitals}")
  string(REGEX REPLACE "\n[ \n]+" "\n" sender "${sender}")
  string(STRIP "${sender}" sender)
  string(CONCAT script
    "/* web-vitals 6.2.3, Copyright Google LLC, Apache License 2.0: see browser.js.LICENSE.txt */\n"
    "(()=>{\n${vitals}${sender}\n})();\n")
endif()
file(WRITE ${OUTPUT}.new "#include \"http/ingest/browser/packed_files.h\"

namespace orchestrator_exporter::http::browser {
")
write_packed(browserScript "${script}")
write_packed(browserScriptLicence "${licence}")
file(APPEND ${OUTPUT}.new "
}  // namespace orchestrator_exporter::http::browser
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
