#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::promql {

enum class ValueType : std::uint8_t { kScalar, kString, kVector, kMatrix };

// As errors name them: "instant vector", "range vector"; and the API: "vector", "matrix".
std::string_view documentedName(ValueType type);
std::string_view shortName(ValueType type);

// What a function takes and gives.
struct Signature {
  std::string_view name;
  std::vector<ValueType> arguments;
  ValueType result = ValueType::kVector;
  // How often the last argument may stand, it being optional: 0 = it is an ordinary one.
  int optional = 0;
  bool experimental = false;
  // Whether its value depends on the time of evaluation even if its arguments do not.
  bool dependsOnTime = false;

  static constexpr int kAnyNumber = -1;
};

// Null if there is none. Lives as long as the program.
const Signature* findFunction(std::string_view name);

}  // namespace orchestrator_exporter::promql
