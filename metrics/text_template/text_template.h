#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "metrics/text_template/execution.h"
#include "metrics/text_template/function.h"

namespace orchestrator_exporter::text_template {

// Templates by name, which may use each other. Once all are added, any thread may execute them.
class Templates {
 public:
  explicit Templates(Functions functions = {}) : functions_(functions) {}
  Templates(const Templates&) = delete;
  Templates& operator=(const Templates&) = delete;

  // Adds a text under its name, and what it defines under theirs; later ones take the place of
  // earlier ones. Throws SyntaxError.
  void add(const std::string& name, std::string text);
  bool has(std::string_view name) const { return all_.find(name) != all_.end(); }
  // Calls visit(name, nodes) for each, by name.
  template <typename Visit>
  void forEach(Visit visit) const {
    for (const auto& [name, definition] : all_) visit(std::string_view(name), definition.nodes);
  }

  // Runs a template that is there and appends what it writes. Throws ExecutionError; what was
  // written before stays.
  void execute(std::string_view name, const Value& data, std::string& out,
               const Context* context = nullptr, const ExecutionLimits& limits = {}) const;

 private:
  Functions functions_;
  std::map<std::string, Definition, std::less<>> all_;
};

}  // namespace orchestrator_exporter::text_template
