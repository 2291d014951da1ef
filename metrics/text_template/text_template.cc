#include "metrics/text_template/text_template.h"

#include <utility>

#include "metrics/text_template/parser.h"

namespace orchestrator_exporter::text_template {

void Templates::add(const std::string& name, std::string text) {
  Parsed parsed = parse(text, functions_);
  const auto source =
      std::make_shared<const Definition::Source>(Definition::Source{name, std::move(text)});
  for (auto& [defined, nodes] : parsed.definitions) all_[defined] = {source, std::move(nodes)};
  all_[name] = {source, std::move(parsed.nodes)};
}

void Templates::execute(std::string_view name, const Value& data, std::string& out,
                        const Context* context, const ExecutionLimits& limits) const {
  const FindDefinition find = [this](std::string_view wanted) {
    const auto at = all_.find(wanted);
    return at == all_.end() ? nullptr : &at->second;
  };
  Execution(find, context, limits, out).run(name, *find(name), data);
}

}  // namespace orchestrator_exporter::text_template
