#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace orchestrator_exporter {

// What an event of an agent means for its metrics.
enum class EventMeaning : std::uint8_t {
  kTokens,         // `amount`, less `less`, of `type`
  kCost,           // `amount` dollars
  kRequest,        // a model request that was answered, after `duration`
  kFailedRequest,  // one that failed, after `duration` if it is there
  kAttempt,        // one that was answered if `status` says so; the attempts count from 0
  kFirstToken,     // the first token came after `duration`
  kToolResult,     // a tool ended
  kToolDecision,   // somebody decided whether a tool may run
  kDelegation,     // a task was handed to another agent, `to`
  kSession,        // a session began
  kPrompt,         // somebody asked for something
  kRetry,          // a request was made once more
  kCompaction,     // the context was made smaller
  kMcpConnection,  // a connection to a server of tools changed
  kHook,           // a hook ran for `duration`
  kError,          // an error of type `type`
};

// A condition on one attribute. `value` empty: the attribute is there and not empty.
struct Condition {
  std::string_view attribute = {};
  std::string_view value = {};
};

// Where an event has what its meaning needs: the names of attributes as the agent sends them; an
// empty name stands for one that it never sends. Durations are milliseconds.
struct EventFields {
  Condition when = {};
  std::string_view amount = {};
  std::array<std::string_view, 2> less = {};
  std::string_view type = {};  // no attribute: what kind of tokens or error it is
  std::string_view model = "model";
  std::string_view duration = "duration_ms";
  std::string_view status = "status_code";
  std::string_view withoutStatus = "api_connection";  // the error_type if there is no status
  std::string_view attempt = "attempt";               // counts from 1
  std::string_view tool = "tool_name";
  std::string_view success = "success";
  std::string_view successValue = "true";
  std::string_view error = "error_type";
  std::string_view errorText = "error";
  std::string_view inputBytes = "tool_input_size_bytes";
  std::string_view resultBytes = "tool_result_size_bytes";
  std::string_view source = "source";
  std::string_view to = {};  // empty: subagent_type in tool_parameters
};

// One thing that an event means: an event may have several rows.
struct EventRow {
  std::string_view agent;
  std::string_view event;  // without the agent's prefix
  EventMeaning meaning;
  EventFields fields = {};
};

// The rows of an event, one after the other; none for events that mean nothing.
std::span<const EventRow> eventRows(std::string_view agent, std::string_view event);

// Whether rows of this meaning are left out while metrics tell the same number.
enum class TokenSource : std::uint8_t { kMetrics, kLogs };
bool isTold(const EventRow& row, TokenSource source);

}  // namespace orchestrator_exporter
