#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace orchestrator_exporter::promql {

// Why a query has no answer.
class QueryError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t { kBadData, kExecution, kTimeout, kCanceled };

  QueryError(Kind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}

  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace orchestrator_exporter::promql
