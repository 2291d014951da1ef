# Writes rule files into a source: -DRULES=FILE;FILE;... -DOUTPUT=FILE.cc
set(text "#include \"metrics/rules/bundled_rules.h\"

namespace orchestrator_exporter::rules {

namespace {

constexpr BundledFile kFiles[] = {
")
foreach(file ${RULES})
  get_filename_component(name ${file} NAME)
  file(READ ${file} content)
  string(APPEND text "{\"${name}\", R\"rules(${content})rules\"},\n")
endforeach()
string(APPEND text "};

}  // namespace

std::span<const BundledFile> bundledRules() { return kFiles; }

}  // namespace orchestrator_exporter::rules
")
file(WRITE ${OUTPUT} "${text}")
