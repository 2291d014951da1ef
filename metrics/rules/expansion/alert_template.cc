#include "metrics/rules/expansion/alert_template.h"

#include "metrics/rules/expansion/alert_functions.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::rules {

namespace {

using text_template::Value;

// Before every template, so that it can say $labels. Errors count its columns, as Prometheus' do.
constexpr std::string_view kVariables =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := "
    ".ExternalURL}}{{$value := .Value}}";

class Fields final : public text_template::Object {
 public:
  explicit Fields(const AlertData& data) : data_(data), labels_(mapOf(data.labels)) {}

  std::string_view type() const override {
    return "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL "
           "string; Value interface {} }";
  }
  std::string printed() const override {
    return "{" + text_template::printed(labels_) + " " +
           text_template::printed(mapOf(data_.externalLabels)) + " " + data_.externalUrl + " " +
           text_template::printed(data_.value) + "}";
  }
  std::optional<Value> field(std::string_view name) const override {
    if (name == "Labels") return labels_;
    if (name == "Value") return data_.value;
    if (name == "ExternalLabels") return mapOf(data_.externalLabels);
    if (name == "ExternalURL") return data_.externalUrl;
    return std::nullopt;
  }

 private:
  const AlertData& data_;
  const Value labels_;
};

}  // namespace

AlertTemplate::AlertTemplate(const std::string& alertName, const std::string& text)
    : name_("__alert_" + alertName), text_(text) {
  if (text.find("{{") == std::string::npos) return;
  const auto templates = std::make_shared<text_template::Templates>(alertFunctions());
  try {
    templates->add(name_, std::string(kVariables) + text);
  } catch (const text_template::SyntaxError& error) {
    const std::size_t before = std::min(kVariables.size(), error.position());
    throw text_template::SyntaxError(error.what(), error.position() - before);
  }
  template_ = templates;
}

std::string AlertTemplate::expand(const AlertData& data) const {
  if (!template_) return text_;
  const Fields fields(data);
  const AlertContext context(data);
  std::string out;
  try {
    template_->execute(name_, text_template::borrowed(fields), out, &context);
  } catch (const text_template::ExecutionError& error) {
    return "<error expanding template: error executing template " + name_ + ": " + error.what() +
           ">";
  }
  return out;
}

}  // namespace orchestrator_exporter::rules
