#pragma once

#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

// The tables of history.db (docs/history.md has them for people who open it):
//   series    each series that has samples, its labels as a JSON object; it came at the time
//   `began`
//             and was missing in readings from `ended` on, NULL while it is in them
//   blocks    readings that follow each other, with their times; `step` is 0 for readings as they
//             were made, else the milliseconds of a coarser tier; `thinned` is not 0 if some series
//             have no chunks in it any more (retention.h)
//   chunks    what a series has in a block (block_writer.h, aggregate.h); their numbers are
//   chunkId(),
//             which the view chunks_of_series takes apart
//   log       the newest readings, one row each (log_row.h); those with `compacted` 1 are in a
//             block too, and tell only what those behind them are to be compared with
//   written   samples with times of their own as they came (written_row.h), until they are in
//             written_chunks, which has those of each series in chunks that do not overlap
//   written_histograms, histogram_chunks
//             the same of samples that are histograms; chunks have those of readings, too
//   families  what others said of families of metrics
// All times are milliseconds since 1970 UTC.
inline constexpr int kSchemaVersion = 4;

// Throws DatabaseError unless it is a history of this version; changes nothing.
void checkSchema(Database& database);

// Makes the tables of a new file, and brings those of an older one up to date. Throws
// DatabaseError, for a file of a newer version with both versions in it.
void prepareSchema(Database& database);

}  // namespace orchestrator_exporter::history
