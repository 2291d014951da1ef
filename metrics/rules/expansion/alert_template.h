#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "metrics/label_set.h"
#include "metrics/promql/engine.h"
#include "metrics/text_template/text_template.h"

namespace orchestrator_exporter::rules {

// What a template of an alert is filled with.
struct AlertData {
  const LabelSet& labels;  // of the element, with its name
  double value = 0;
  const LabelSet& externalLabels;
  const std::string& externalUrl;
  // Answers the template function `query`. Throws what it throws.
  std::function<promql::QueryResult(const std::string& query)> query;
};

// A label or annotation of an alert: Go's text/template with Prometheus' functions and $labels,
// $value, $externalLabels and $externalURL. Cheap to copy; any thread may expand it.
class AlertTemplate {
 public:
  // Throws text_template::SyntaxError, whose position is in `text`.
  AlertTemplate(const std::string& alertName, const std::string& text);

  const std::string& text() const { return text_; }
  // An error on the way becomes the text `<error expanding template: …>`.
  std::string expand(const AlertData& data) const;

 private:
  std::string name_;
  std::string text_;
  std::shared_ptr<const text_template::Templates> template_;  // null if it is plain text
};

}  // namespace orchestrator_exporter::rules
