#include "http/ingest/otlp/otlp_endpoints.h"

#include <chrono>
#include <string>
#include <string_view>

#include "http/ingest/otlp/answer.h"
#include "http/ingest/otlp/decoding/json_logs.h"
#include "http/ingest/otlp/decoding/json_metrics.h"
#include "http/ingest/otlp/decoding/protobuf_logs.h"
#include "http/ingest/otlp/decoding/protobuf_metrics.h"
#include "http/ingest/otlp/logs_intake.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::otlp {
namespace {

std::uint64_t nowNanoseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

// The frame of all three: read(encoding, body) returns what became of it.
template <typename Read>
Endpoint endpoint(IngestDoor& door, std::string_view protocol, std::string_view rejectedName,
                  Read read) {
  return [&door, protocol, rejectedName, read](const Request& request) {
    const auto begun = std::chrono::steady_clock::now();
    const auto refuse = [&](Encoding encoding, int status, std::string_view reason,
                            Fields headers = {}) {
      door.note(protocol, request, status, reason, begun);
      return refusal(encoding, status, reason, std::move(headers));
    };
    Encoding encoding = Encoding::kProtobuf;
    try {
      encoding = encodingOf(request);
    } catch (const HttpError& error) {
      door.note(protocol, request, error.status(), error.what(), begun);
      throw;
    }
    try {
      const IngestDoor::Turn turn(door);
      std::string buffer;
      const std::string_view body = door.bodyOf(request, buffer);
      const IntakeCounts counts = read(encoding, body, request);
      door.statistics().countPoints(
          protocol, {counts.accepted, counts.duplicate, counts.rejected, counts.overflow});
      door.note(protocol, request, 200, counts.reason, begun);
      return answer(encoding, counts.rejected, counts.reason, rejectedName);
    } catch (const HttpError& error) {
      return refuse(encoding, error.status(), error.what(), error.headers());
    } catch (const ParseError& error) {
      return refuse(encoding, 400, error.what());
    }
  };
}

}  // namespace

Endpoint metricsEndpoint(IngestDoor& door, const MetricsRules& rules) {
  return endpoint(door, kMetricsProtocol, "rejectedDataPoints",
                  [&](Encoding encoding, std::string_view body, const Request& request) {
                    MetricsIntake intake(door.store(), rules, request.remoteAddress,
                                         nowNanoseconds());
                    encoding == Encoding::kJson ? decodeJsonMetrics(body, intake)
                                                : decodeProtobufMetrics(body, intake);
                    return intake.counts();
                  });
}

Endpoint logsEndpoint(IngestDoor& door, const MetricsRules& rules) {
  return endpoint(door, kLogsProtocol, "rejectedLogRecords",
                  [&](Encoding encoding, std::string_view body, const Request& request) {
                    if (rules.agents == nullptr) return IntakeCounts{};
                    LogsIntake intake(*rules.agents, request.remoteAddress);
                    encoding == Encoding::kJson ? decodeJsonLogs(body, intake)
                                                : decodeProtobufLogs(body, intake);
                    return intake.counts();
                  });
}

Endpoint tracesEndpoint(IngestDoor& door) {
  return endpoint(door, kTracesProtocol, "rejectedSpans",
                  [](Encoding encoding, std::string_view body, const Request&) {
                    IntakeCounts counts;
                    counts.accepted = encoding == Encoding::kJson ? countJsonSpans(body)
                                                                  : countProtobufSpans(body);
                    return counts;
                  });
}

}  // namespace orchestrator_exporter::http::otlp
