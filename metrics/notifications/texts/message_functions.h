#pragma once

#include "metrics/notifications/alert.h"
#include "metrics/text_template/function.h"

namespace orchestrator_exporter::notifications {

// What functions of messages know of the message.
class MessageContext final : public text_template::Context {
 public:
  // `at` is what `now` gives.
  explicit MessageContext(Time at) : at_(at) {}

  Time at() const { return at_; }

 private:
  Time at_;
};

// The functions of templates of messages, as Alertmanager 0.33 has them; they need a
// MessageContext.
text_template::Functions messageFunctions();

}  // namespace orchestrator_exporter::notifications
