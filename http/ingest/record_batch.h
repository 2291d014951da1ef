#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/recording/record.h"

namespace orchestrator_exporter::http {

constexpr std::size_t kMostRecords = 10'000;

// What a JSON batch holds: its records, or, if `error` is not empty, what is wrong with it, with
// the place: "records[7].tokens: expected a number >= 0, got -5". The error is printable ASCII.
struct RecordBatch {
  std::vector<CheckedRecord> records = {};
  std::string error = {};
};

// Reads {"records": [{"type": "token_usage", "orchestrator_id": "o", ...}, ...]}. Each record has
// exactly the fields of its type (metrics/recording/record.h), in any order, each once; at most
// kMostRecords, and at most `longestText` bytes in each text. Takes any bytes, however deeply
// nested, and stops at the first fault.
RecordBatch parseRecordBatch(std::string_view json, std::size_t longestText);

}  // namespace orchestrator_exporter::http
