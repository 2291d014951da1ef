#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/text_template/value.h"

namespace orchestrator_exporter::notifications {

// An object that templates can write as JSON.
class JsonObject : public text_template::Object {
 public:
  // Its members in their order: the name in JSON and the field of the object.
  virtual std::vector<std::pair<std::string_view, std::string_view>> members() const = 0;
};

// The value as Go's encoding/json writes it: & < > are escaped, maps go by key. An object that is
// no JsonObject is its text.
std::string templateJson(const text_template::Value& value);

}  // namespace orchestrator_exporter::notifications
