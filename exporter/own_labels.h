#pragma once

#include <string_view>

#include "exporter/host/flags.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter {

// The labels `job` and `instance` of this program's samples wherever it is not a Prometheus that
// gives them: what --job and --instance say, else the name of the host with the port of the first
// listener, as in `:10190`.
LabelSet ownLabels(const Flags& flags, std::string_view firstListener);

}  // namespace orchestrator_exporter
