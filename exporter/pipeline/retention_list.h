#pragma once

#include <vector>

#include "exporter/configuration/configuration.h"
#include "exporter/configuration/key.h"
#include "metrics/history/store/kept/series_ages.h"

namespace orchestrator_exporter::pipeline {

// The key `retention` of the block `pipeline`: how long some series are kept on disk.
configuration::Key retentionKey();

// What the file says of it, then what is usual if it has `defaults`. What an entry does not say is
// that of history.retention.
std::vector<history::SeriesRetention> seriesRetentions(
    const configuration::Configuration& configuration);

}  // namespace orchestrator_exporter::pipeline
