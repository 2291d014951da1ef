#pragma once

#include <initializer_list>
#include <optional>

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Adds a sample if its value is known: unknown is never written as zero.
inline void addIfKnown(const ScalarFamily& family, std::optional<double> value,
                       std::initializer_list<Label> labels = {}) {
  if (value) family.add(*value, labels);
}

}  // namespace orchestrator_exporter
