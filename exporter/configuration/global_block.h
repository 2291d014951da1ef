#pragma once

#include "exporter/configuration/configuration.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter::configuration {

// global.external_labels: labels of this program's samples and alerts wherever they leave it for
// another server, unless they have one of that name.
LabelSet externalLabels(const Configuration& configuration);

}  // namespace orchestrator_exporter::configuration
