#include "http/ingest/otlp/metrics_intake.h"

#include <bit>
#include <numeric>
#include <utility>

#include "http/ingest/otlp/names.h"
#include "http/ingest/otlp/point_faults.h"
#include "http/ingest/otlp/stream_hash.h"
#include "metrics/agents/agent_names.h"
#include "metrics/base/string_hash.h"

namespace orchestrator_exporter::http::otlp {
namespace {

constexpr std::string_view kTypeConflict = "the family of this name is of another type";
constexpr std::uint32_t kNoValue = 1;  // of a point's flags
constexpr std::string_view kHelp = "Pushed without a description.";

// A level comes back to where it was when its sender starts again; what counts up begins a stream
// of its own then, beside the one that was.
bool startsTellStreamsApart(const MetricHead& head) {
  return head.kind != MetricKind::kSum || head.monotonic;
}

}  // namespace

void MetricsIntake::resource(std::span<const Attribute> attributes) {
  resource_.assign(attributes.begin(), attributes.end());
  sender_ = senderOf(resource_, peer_);
  resourceHash_ = attributesHash(resource_);
}

void MetricsIntake::scope(std::string_view name, std::string_view version,
                          std::span<const Attribute> attributes) {
  scopeName_ = name;
  scopeHash_ = mixWords(textHash(name) ^ attributesHash(attributes),
                        resourceHash_ ^ std::rotl(textHash(version), 17));
}

void MetricsIntake::metric(const MetricHead& head) {
  head_ = head;
  temporality_ = Temporality::kInstant;
  if (head.temporality == 1) temporality_ = Temporality::kDelta;
  if (head.temporality == 2) temporality_ = Temporality::kCumulative;
  if (head.kind == MetricKind::kGauge || head.kind == MetricKind::kSummary) {
    temporality_ = Temporality::kInstant;
  }
  metricHash_ =
      mixWords(textHash(head.name) ^ scopeHash_, static_cast<std::uint64_t>(head.kind) * 4 + 1 +
                                                     static_cast<std::uint64_t>(temporality_));
  family_ = std::monostate();
  agentRows_ = {};
  tellsAgents_ = false;
  metricFault_ = otlp::faultOf(head);
  if (metricFault_.empty()) metricFault_ = findFamily();
  if (rules_.agents == nullptr || !metricFault_.empty()) return;
  const std::string_view agent = agentOf(head.name, scopeName_, sender_.serviceName);
  agent_ = agent.empty() ? sender_.serviceName : std::string(agent);
  agentRows_ = metricRows(agent, head.name);
  // Of senders that are no agents, only what says something of a model counts.
  tellsAgents_ = !agent.empty() || !agentRows_.empty();
}

template <typename Cell>
std::string_view MetricsIntake::findFamily(const FamilyHead& head) {
  if (rules_.conflicts && !store_.typeOf(head.name) && rules_.conflicts(head.name, Cell::kType)) {
    return kTypeConflict;
  }
  auto family = store_.family<Cell>(head, kMetricsProtocol, rules_.raw);
  if (family == nullptr) return kTypeConflict;
  family_ = std::move(family);
  return {};
}

std::string_view MetricsIntake::findFamily() {
  const PrometheusName name = prometheusName(head_);
  if (name.name.empty()) return "the metric's name has no letter or digit";
  const FamilyHead head{name.name, head_.description.empty() ? kHelp : head_.description,
                        MetricType::kUntyped, name.unit};
  switch (head_.kind) {
    case MetricKind::kSum:
      return head_.monotonic ? findFamily<CountCell>(head) : findFamily<LevelCell>(head);
    case MetricKind::kGauge:
      return findFamily<LevelCell>(head);
    case MetricKind::kHistogram:
      return findFamily<BucketCell>(head);
    case MetricKind::kExponential:
      return findFamily<ExponentialCell>(head);
    case MetricKind::kSummary:
      return findFamily<QuantileCell>(head);
    case MetricKind::kNone:
      break;
  }
  return "the metric has no data";
}

PointTime MetricsIntake::timeOf(const MetricPoint& point) const {
  PointTime at{attributesHash(point.attributes), temporality_, point.start, point.time};
  std::uint64_t more = 0x9E3779B97F4A7C15u;
  if (temporality_ == Temporality::kCumulative && startsTellStreamsApart(head_)) {
    more ^= point.start;
  }
  at.stream = mixWords(at.stream ^ metricHash_, more) | 1;  // never 0
  return at;
}

void MetricsIntake::point(const MetricPoint& point) {
  if (!metricFault_.empty()) return reject(metricFault_);
  if (const auto fault = otlp::faultOf(head_, point, now_); !fault.empty()) return reject(fault);
  const PointLabels labels(rules_.labels, sender_, resource_, point.attributes, head_.kind);
  if (labels.areTooMany()) return reject("the series would have too many labels");
  const PointTime at = timeOf(point);
  if ((point.flags & kNoValue) != 0) {
    end(at);
    return count(PushResult::kAccepted);
  }
  const Taken taken = take(point, at, labels);
  if (taken.result == PushResult::kRejected) return reject("there are too many streams");
  count(taken.result);
  if (tellsAgents_ && taken.result != PushResult::kDuplicate) tellAgents(point, taken);
}

Taken MetricsIntake::take(const MetricPoint& point, const PointTime& at,
                          const PointLabels& labels) {
  if (const auto* counts = std::get_if<Family<CountCell>>(&family_)) {
    return (*counts)->take(at, {point.value, point.exemplars}, labels);
  }
  if (const auto* levels = std::get_if<Family<LevelCell>>(&family_)) {
    return (*levels)->take(at, {point.value, {}}, labels);
  }
  if (const auto* buckets = std::get_if<Family<BucketCell>>(&family_)) {
    return takeBuckets(**buckets, point, at, labels);
  }
  if (const auto* exponential = std::get_if<Family<ExponentialCell>>(&family_)) {
    return (*exponential)
        ->take(at,
               {point.scale,
                point.zeroThreshold,
                point.zeroCount,
                {point.positiveOffset, point.positiveCounts},
                {point.negativeOffset, point.negativeCounts},
                point.count,
                point.sum,
                point.exemplars},
               labels);
  }
  const auto& summaries = std::get<Family<QuantileCell>>(family_);
  return summaries->take(at, {point.quantiles, point.count, point.sum}, labels);
}

// The buckets say how many there are; without buckets the count does.
Taken MetricsIntake::takeBuckets(StreamFamily<BucketCell>& family, const MetricPoint& point,
                                 const PointTime& at, const PointLabels& labels) {
  std::span<const std::uint64_t> counts = point.counts;
  if (counts.empty()) counts = {&point.count, 1};
  const std::uint64_t count = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  return family.take(at, {point.bounds, counts, count, point.sum, point.exemplars}, labels);
}

void MetricsIntake::end(const PointTime& at) {
  std::visit(
      [&](const auto& family) {
        if constexpr (requires { family->end(at); }) family->end(at);
      },
      family_);
}

void MetricsIntake::tellAgents(const MetricPoint& point, const Taken& taken) {
  const std::string orchestrator = orchestratorOf(point.attributes, sender_);
  rules_.agents->grew({orchestrator, agent_}, agentRows_, point.attributes, taken);
}

void MetricsIntake::count(PushResult result) {
  switch (result) {
    case PushResult::kAccepted:
      ++counts_.accepted;
      break;
    case PushResult::kDuplicate:
      ++counts_.duplicate;
      break;
    case PushResult::kOverflow:
      ++counts_.overflow;
      break;
    case PushResult::kRejected:
      ++counts_.rejected;
      break;
  }
}

void MetricsIntake::reject(std::string_view reason) {
  if (counts_.rejected++ == 0) counts_.reason = reason;
}

}  // namespace orchestrator_exporter::http::otlp
