#pragma once

#include "metrics/rules/expansion/alert_template.h"
#include "metrics/text_template/function.h"

namespace orchestrator_exporter::rules {

// What the functions know of the alert that is filled in.
class AlertContext final : public text_template::Context {
 public:
  explicit AlertContext(const AlertData& data) : data_(data) {}
  const AlertData& data() const { return data_; }

 private:
  const AlertData& data_;
};

// Prometheus' functions for templates of rules; they need an AlertContext.
text_template::Functions alertFunctions();

// The labels as templates see them: what is not there is the empty text.
text_template::Value mapOf(const LabelSet& labels);

}  // namespace orchestrator_exporter::rules
