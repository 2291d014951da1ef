#include "http/ingest/remote_write/write_endpoint.h"

#include <string>
#include <string_view>
#include <utility>

#include "http/ingest/remote_write/decoding.h"
#include "http/ingest/remote_write/request_intake.h"
#include "http/ingest/snappy.h"
#include "http/server/header_value.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::remote_write {

namespace {

constexpr std::chrono::minutes kFuture{10};
constexpr std::string_view kMessage1 = "prometheus.WriteRequest";
constexpr std::string_view kMessage2 = "io.prometheus.write.v2.Request";

enum class Version : std::uint8_t { k1, k2 };

// Throws HttpError 415 for what is neither.
Version versionOf(const Request& request) {
  const std::string_view type = request.header("Content-Type").value_or("");
  if (trimmed(type).empty()) return Version::k1;
  const auto values = parseWeightedList(type);
  if (values.size() == 1 && equalIgnoringCase(values[0].value, "application/x-protobuf")) {
    const std::string_view message = values[0].parameter("proto", kMessage1);
    if (message == kMessage1) return Version::k1;
    if (message == kMessage2) return Version::k2;
  }
  throw HttpError(415, "expected the content type application/x-protobuf, with proto=" +
                           std::string(kMessage1) + " or proto=" + std::string(kMessage2));
}

void requireSnappy(const Request& request) {
  const std::string_view encoding = request.header("Content-Encoding").value_or("snappy");
  if (!equalIgnoringCase(trimmed(encoding), "snappy")) {
    throw HttpError(415, "of compressed bodies snappy alone is taken",
                    {{"Accept-Encoding", "snappy"}});
  }
}

// In 2.0 an answer says what was kept, so that its sender knows that it was understood.
Fields writtenHeaders(Version version, const Outcome& outcome) {
  if (version == Version::k1) return {};
  const std::size_t samples = outcome.accepted + outcome.duplicate - outcome.histogramsAccepted;
  return {
      {"X-Prometheus-Remote-Write-Samples-Written", std::to_string(samples)},
      {"X-Prometheus-Remote-Write-Histograms-Written", std::to_string(outcome.histogramsAccepted)},
      {"X-Prometheus-Remote-Write-Exemplars-Written", "0"}};
}

Response refusal(int status, std::string_view reason, Fields headers) {
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.body.append(reason).append("\n");
  return response;
}

class WriteEndpoint {
 public:
  WriteEndpoint(IngestDoor& door, std::shared_ptr<HistoryIntake> history,
                std::function<std::chrono::system_clock::time_point()> now)
      : door_(door), history_(std::move(history)), now_(std::move(now)) {}

  Response operator()(const Request& request) const {
    const auto begun = std::chrono::steady_clock::now();
    Version version = Version::k1;
    const auto refuse = [&](int status, std::string_view reason, Fields headers = {}) {
      door_.note(kProtocol, request, status, reason, begun);
      for (auto& header : writtenHeaders(version, {})) headers.push_back(std::move(header));
      return refusal(status, reason, std::move(headers));
    };
    try {
      version = versionOf(request);
      requireSnappy(request);
      const IngestDoor::Turn turn(door_);
      const Outcome outcome = take(request, version);
      door_.statistics().countPoints(kProtocol,
                                     {outcome.accepted, outcome.duplicate, outcome.rejected, 0});
      const int status = outcome.isWhole() ? 204 : 400;
      door_.note(kProtocol, request, status, outcome.reason, begun);
      return answer(status, outcome, version);
    } catch (const HttpError& error) {
      return refuse(error.status(), error.what(), error.headers());
    } catch (const ParseError& error) {
      return refuse(400, error.what());
    } catch (const NotKept& error) {
      return refuse(503, error.what(), {{"Retry-After", "5"}});
    }
  }

 private:
  Outcome take(const Request& request, Version version) const {
    const std::string bytes = unsnappy(request.body, door_.unpackedLimit());
    WriteRequest decoded =
        version == Version::k2 ? decodeWriteRequest2(bytes) : decodeWriteRequest(bytes);
    const auto latest = std::chrono::floor<std::chrono::milliseconds>(now_() + kFuture);
    return giveTo(*history_, decoded, latest.time_since_epoch().count());
  }

  static Response answer(int status, const Outcome& outcome, Version version) {
    Fields headers = writtenHeaders(version, outcome);
    if (status != 204) {
      return refusal(status, outcome.reason + ": " + outcome.series, std::move(headers));
    }
    Response response;
    response.status = status;
    response.headers = std::move(headers);
    return response;
  }

  IngestDoor& door_;
  const std::shared_ptr<HistoryIntake> history_;
  const std::function<std::chrono::system_clock::time_point()> now_;
};

}  // namespace

Endpoint writeEndpoint(IngestDoor& door, std::shared_ptr<HistoryIntake> history,
                       std::function<std::chrono::system_clock::time_point()> now) {
  return WriteEndpoint(door, std::move(history), std::move(now));
}

}  // namespace orchestrator_exporter::http::remote_write
