#pragma once

#include <cstdint>

#include "metrics/history/store/kept/series_ages.h"
#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

// Samples with times of their own may come late, so that their coarse steps are made when nothing
// can come any more: what is too old for a tier is taken out of it, and becomes steps of the next
// one, by whole days and whole ten days. Histograms have no steps.

// Does so with a part of the samples that are too old at the time `now`, in one transaction that
// takes well under a second. False when there is nothing left to do.
bool moveWrittenToSteps(Database& database, const SeriesAges& ages, std::int64_t now);

// Removes chunks that are too old and become no steps: all of histograms, and those of series whose
// steps of five minutes are kept no longer than their samples.
void expireWritten(Database& database, const SeriesAges& ages, std::int64_t now);

// Makes hours of all steps of five minutes that are not later than `cutoff`.
void moveWrittenToHours(Database& database, std::int64_t cutoff);

}  // namespace orchestrator_exporter::history
