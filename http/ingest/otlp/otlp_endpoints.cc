#include "http/ingest/otlp/otlp_endpoints.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "http/grpc/message.h"
#include "http/ingest/otlp/answer.h"
#include "http/ingest/otlp/decoding/json_logs.h"
#include "http/ingest/otlp/decoding/json_metrics.h"
#include "http/ingest/otlp/decoding/protobuf_logs.h"
#include "http/ingest/otlp/decoding/protobuf_metrics.h"
#include "http/ingest/otlp/logs_intake.h"
#include "http/server/header_value.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::otlp {
namespace {

std::uint64_t nowNanoseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

// The three kinds of data: how a body is read, and by which names it is known.
struct Kind {
  std::string_view protocol;
  std::string_view rejectedName;
  std::function<IntakeCounts(Encoding, std::string_view body, const Request&)> read;
};

IntakeCounts taken(IngestDoor& door, const Kind& kind, Encoding encoding, std::string_view body,
                   const Request& request) {
  IntakeCounts counts = kind.read(encoding, body, request);
  door.statistics().countPoints(
      kind.protocol, {counts.accepted, counts.duplicate, counts.rejected, counts.overflow});
  return counts;
}

Endpoint overHttp(IngestDoor& door, Kind kind) {
  return [&door, kind = std::move(kind)](const Request& request) {
    const auto begun = std::chrono::steady_clock::now();
    const auto refuse = [&](Encoding encoding, int status, std::string_view reason,
                            Fields headers = {}) {
      door.note(kind.protocol, request, status, reason, begun);
      return refusal(encoding, status, reason, std::move(headers));
    };
    Encoding encoding = Encoding::kProtobuf;
    try {
      encoding = encodingOf(request);
    } catch (const HttpError& error) {
      door.note(kind.protocol, request, error.status(), error.what(), begun);
      throw;
    }
    try {
      const IngestDoor::Turn turn(door);
      std::string buffer;
      const std::string_view body = door.bodyOf(request, buffer);
      const IntakeCounts counts = taken(door, kind, encoding, body, request);
      door.note(kind.protocol, request, 200, counts.reason, begun);
      return answer(encoding, counts.rejected, counts.reason, kind.rejectedName);
    } catch (const HttpError& error) {
      return refuse(encoding, error.status(), error.what(), error.headers());
    } catch (const ParseError& error) {
      return refuse(encoding, 400, error.what());
    }
  };
}

// What the caller packed its message with, if it is packed.
std::string_view encodingOf(const grpc::Message& message, const Request& request) {
  if (!message.packed) return "identity";
  const std::string_view encoding = request.header("grpc-encoding").value_or("identity");
  if (equalIgnoringCase(encoding, "identity")) {
    throw ParseError("the message is packed, and grpc-encoding does not say how");
  }
  return encoding;
}

Endpoint overGrpc(IngestDoor& door, Kind kind) {
  return [&door, kind = std::move(kind)](const Request& request) {
    const auto begun = std::chrono::steady_clock::now();
    try {
      const grpc::Message message = grpc::onlyMessage(request.body);
      const IngestDoor::Turn turn(door, IngestDoor::kCallPatience);
      std::string buffer;
      const std::string_view body =
          door.unpacked(message.bytes, encodingOf(message, request), buffer);
      const IntakeCounts counts = taken(door, kind, Encoding::kProtobuf, body, request);
      door.note(kind.protocol, request, 200, counts.reason, begun);
      return answer(Encoding::kProtobuf, counts.rejected, counts.reason, kind.rejectedName);
    } catch (const HttpError& error) {
      door.note(kind.protocol, request, error.status(), error.what(), begun);
      throw;
    } catch (const ParseError& error) {
      door.note(kind.protocol, request, 400, error.what(), begun);
      throw;
    }
  };
}

Kind metricsKind(IngestDoor& door, const MetricsRules& rules) {
  return {kMetricsProtocol, "rejectedDataPoints",
          [&](Encoding encoding, std::string_view body, const Request& request) {
            MetricsIntake intake(door.store(), rules, request.remoteAddress, nowNanoseconds());
            encoding == Encoding::kJson ? decodeJsonMetrics(body, intake)
                                        : decodeProtobufMetrics(body, intake);
            return intake.counts();
          }};
}

Kind logsKind(const MetricsRules& rules) {
  return {kLogsProtocol, "rejectedLogRecords",
          [&](Encoding encoding, std::string_view body, const Request& request) {
            if (rules.agents == nullptr) return IntakeCounts{};
            LogsIntake intake(*rules.agents, request.remoteAddress);
            encoding == Encoding::kJson ? decodeJsonLogs(body, intake)
                                        : decodeProtobufLogs(body, intake);
            return intake.counts();
          }};
}

Kind tracesKind() {
  return {kTracesProtocol, "rejectedSpans",
          [](Encoding encoding, std::string_view body, const Request&) {
            IntakeCounts counts;
            counts.accepted =
                encoding == Encoding::kJson ? countJsonSpans(body) : countProtobufSpans(body);
            return counts;
          }};
}

}  // namespace

Endpoint metricsEndpoint(IngestDoor& door, const MetricsRules& rules) {
  return overHttp(door, metricsKind(door, rules));
}
Endpoint logsEndpoint(IngestDoor& door, const MetricsRules& rules) {
  return overHttp(door, logsKind(rules));
}
Endpoint tracesEndpoint(IngestDoor& door) { return overHttp(door, tracesKind()); }

Endpoint metricsCall(IngestDoor& door, const MetricsRules& rules) {
  return overGrpc(door, metricsKind(door, rules));
}
Endpoint logsCall(IngestDoor& door, const MetricsRules& rules) {
  return overGrpc(door, logsKind(rules));
}
Endpoint tracesCall(IngestDoor& door) { return overGrpc(door, tracesKind()); }

}  // namespace orchestrator_exporter::http::otlp
