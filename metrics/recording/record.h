#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace orchestrator_exporter {

// What an orchestrator, or a part of any program, can record. The names, fields and limits of each
// type stand once, in recordShape(); the facade, the JSON batch and the log all read them from
// there.
enum class RecordType : std::uint8_t {
  kSessionStart,
  kSessionEnd,
  kTokenUsage,
  kMessageLatency,
  kToolInvocation,
  kDelegation,
  kError,
  kNodeLoad,
  kBudgetUtilization,
  kCustomMetric,
  kMemoryUsage,
  kQueryPerformance,
  kTraceOverhead,
};
constexpr std::size_t kRecordTypes = 13;

// The most that one record may add to a sum: tokens, milliseconds, seconds. Up to nine times as
// much a double still counts every single one, and no number of such records makes a sum overflow,
// which would take what others recorded with it.
constexpr double kMostAdded = 1e15;

struct RecordShape {
  std::string_view name;                  // "token_usage"
  std::array<std::string_view, 3> texts;  // names of the identifiers; empty ones at the end
  std::span<const std::string_view> choices = {};  // all values of the last identifier; empty: any
  std::string_view number = {};                    // name of the number; empty if there is none
  double most = std::numeric_limits<double>::max();
  double least = 0;
  std::string_view amount = {};  // name of a second number, 0 to kMostAdded; empty if there is none

  constexpr std::size_t textCount() const {
    std::size_t count = 0;
    while (count < texts.size() && !texts[count].empty()) ++count;
    return count;
  }
};

constexpr const RecordShape& recordShape(RecordType type);
std::optional<RecordType> findRecordType(std::string_view name);
// "session_start, session_end, ... or trace_overhead".
std::string recordTypeNames();

// One call of the facade as a value.
struct Record {
  RecordType type{};
  std::array<std::string, 3> texts = {};  // as many as the shape has
  double number = 0;                      // times in milliseconds
  double amount = 0;                      // if the shape has one
  std::string traceId = {};               // for latencies: the exemplar's; empty for none
};

// Why a record is refused, in the words of the `reason` label.
enum class Rejection : std::uint8_t {
  kNegative,
  kNotANumber,
  kOutOfRange,
  kEmptyIdentifier,
  kNotUtf8,
  kUnknownValue,
  kEndWithoutStart,
  kClosed,
  kNameTaken,  // the registry has another family of the name
};
constexpr std::array<std::string_view, 9> kRejectionNames = {
    "negative",      "not_a_number",      "out_of_range", "empty_identifier", "not_utf8",
    "unknown_value", "end_without_start", "closed",       "name_taken"};

// Whether the numbers and the identifiers are as their type wants them. nullopt: they are.
constexpr std::optional<Rejection> rejectionOf(RecordType type, double number, double amount = 0);
std::optional<Rejection> rejectionOf(RecordType type, std::span<const std::string_view> texts);
// The same for any number from `least` to `most`, and any identifier.
constexpr std::optional<Rejection> rejectionOf(double number, double most, double least = 0);
std::optional<Rejection> rejectionOf(std::string_view identifier);

// "a finite number", "a number >= 0" or "a number from 0 to 1". The bound of what is added up is
// told to who is above it only: "a number from 0 to 1e+15".
std::string numberExpected(RecordType type, std::optional<Rejection> rejection = std::nullopt);

// What is wrong with a record, with the name of the field: "tokens: expected a number >= 0, got
// -5". nullopt if nothing is. Identifiers may have up to `longest` bytes.
std::optional<std::string> findFault(const Record& record,
                                     std::size_t longest = std::numeric_limits<std::size_t>::max());

// A record with which nothing is wrong: whoever takes one need not look again.
class CheckedRecord {
 public:
  // nullopt if something is wrong with it, and in `fault` what, both as findFault() has it.
  static std::optional<CheckedRecord> check(Record record, std::size_t longest, std::string& fault);

  const Record& get() const { return record_; }

 private:
  explicit CheckedRecord(Record record) : record_(std::move(record)) {}

  Record record_;
};

// --- details

namespace record_detail {
inline constexpr std::array<std::string_view, 3> kToolStatuses = {"success", "error", "timeout"};
inline constexpr std::array<std::string_view, 3> kDelegationStatuses = {"success", "error",
                                                                        "rejected"};
inline constexpr std::array<std::string_view, 3> kPeriods = {"daily", "weekly", "monthly"};

// In the order of RecordType.
inline constexpr RecordShape kShapes[kRecordTypes] = {
    {"session_start", {"orchestrator_id", "session_type"}},
    {"session_end", {"orchestrator_id", "session_type"}},
    {"token_usage", {"orchestrator_id", "model"}, {}, "tokens", kMostAdded},
    {"message_latency", {"orchestrator_id"}, {}, "latency_ms", kMostAdded},
    {"tool_invocation", {"orchestrator_id", "tool_name", "status"}, kToolStatuses},
    {"delegation", {"from_orchestrator", "to_orchestrator", "status"}, kDelegationStatuses},
    {"error", {"orchestrator_id", "error_type"}},
    {"node_load", {"node_id"}, {}, "load", 1},
    {"budget_utilization", {"orchestrator_id", "period"}, kPeriods, "percent"},
    {.name = "custom_metric",
     .texts = {"name", "unit"},
     .number = "value",
     .least = std::numeric_limits<double>::lowest()},
    {"memory_usage", {"component"}, {}, "bytes"},
    {.name = "query_performance",
     .texts = {"operation"},
     .number = "duration_ms",
     .most = kMostAdded,
     .amount = "rows"},
    {.name = "trace_overhead",
     .texts = {},
     .number = "duration_ms",
     .most = kMostAdded,
     .amount = "events"},
};
}  // namespace record_detail

constexpr const RecordShape& recordShape(RecordType type) {
  return record_detail::kShapes[static_cast<std::size_t>(type)];
}

constexpr std::optional<Rejection> rejectionOf(double number, double most, double least) {
  if (number >= least && number <= most) return std::nullopt;
  if (number != number) return Rejection::kNotANumber;
  return number < 0 && least == 0 ? Rejection::kNegative : Rejection::kOutOfRange;
}

constexpr std::optional<Rejection> rejectionOf(RecordType type, double number, double amount) {
  const RecordShape& shape = recordShape(type);
  if (const auto rejection = rejectionOf(number, shape.most, shape.least)) return rejection;
  return rejectionOf(amount, kMostAdded);
}

}  // namespace orchestrator_exporter
