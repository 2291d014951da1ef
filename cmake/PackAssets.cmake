# Writes the source that holds the live page's files, each packed by gzip; run by cmake/LivePage.cmake.
# -DASSETS=NAME|FILE|NAME|FILE... -DOUTPUT=FILE
string(REPLACE "|" ";" assets "${ASSETS}")
set(list)
set(sums)
while(assets)
  list(POP_FRONT assets name file)
  execute_process(COMMAND gzip -9nc ${file} OUTPUT_FILE ${OUTPUT}.gz COMMAND_ERROR_IS_FATAL ANY)
  file(SHA256 ${file} sum)
  string(APPEND sums "${name} ${sum}\n")
  file(SIZE ${OUTPUT}.gz packed)
  file(SIZE ${file} size)
  file(READ ${OUTPUT}.gz bytes HEX)
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
  string(REGEX REPLACE "((....................)(....................)(....................)(....................))"
         "\\1\"\n     \"" bytes "${bytes}")
  string(APPEND list "      {\"${name}\", std::string_view(\n     \"${bytes}\",\n     ${packed}), ${size}},\n")
endwhile()
string(SHA256 tag "${sums}")
string(SUBSTRING ${tag} 0 16 tag)
file(WRITE ${OUTPUT}.new "#include \"http/live/assets.h\"

namespace orchestrator_exporter::http::live {

const std::vector<Asset>& assets() {
  static const std::vector<Asset> all = {
${list}  };
  return all;
}

std::string_view assetsTag() { return \"${tag}\"; }

}  // namespace orchestrator_exporter::http::live
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
file(REMOVE ${OUTPUT}.gz)
