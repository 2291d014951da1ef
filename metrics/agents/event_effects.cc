#include "metrics/agents/event_effects.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "metrics/base/names.h"

namespace orchestrator_exporter {
namespace {

constexpr double kMillisecondsPerSecond = 1e3;

bool holds(const Condition& condition, std::span<const Attribute> attributes) {
  if (condition.attribute.empty()) return true;
  const std::string text = attributeText(attributes, condition.attribute);
  return condition.value.empty() ? !text.empty() : text == condition.value;
}

// Models end in [1m] in some records and not in others of the same request.
std::string modelOf(std::span<const Attribute> attributes, std::string_view name) {
  constexpr std::string_view kLongContext = "[1m]";
  std::string model = name.empty() ? std::string() : attributeText(attributes, name);
  if (model.ends_with(kLongContext)) model.resize(model.size() - kLongContext.size());
  return model;
}

bool namesTimeout(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.find("timeout") != std::string::npos || text.find("timed out") != std::string::npos;
}

// The series with these labels after orchestrator_id and agent.
template <typename Family>
auto seriesOf(const Family& family, const AgentOrigin& origin,
              std::initializer_list<std::string_view> more) {
  std::array<std::string_view, 5> values = {origin.orchestrator, origin.agent};
  std::copy(more.begin(), more.end(), values.begin() + 2);
  return family.with(std::span<const std::string_view>(values).first(2 + more.size()));
}

std::optional<double> notNegative(std::optional<double> number) {
  return number && *number >= 0 ? number : std::nullopt;
}

class Event {
  template <typename Family>
  auto series(const Family& family, std::initializer_list<std::string_view> more) const {
    return seriesOf(family, origin_, more);
  }

 public:
  Event(const AgentFamilies& families, const AgentOrigin& origin, const EventFields& fields,
        const AgentRecord& record)
      : families_(families), origin_(origin), fields_(fields), record_(record) {}

  void tokens() const;
  void cost() const;
  void request() const;
  void failedRequest(double firstAttempt) const;
  void attempt() const;
  void firstToken() const;
  void toolResult() const;
  void toolDecision() const;
  void delegation() const;
  void session() const;
  void prompt() const { add(series(families_.prompts, {})); }
  void retry() const { add(series(families_.retries, {model()})); }
  void compaction() const;
  void mcpConnection() const;
  void hook() const;
  void error(std::string_view type) const {
    add(families_.all.errors().with({origin_.orchestrator, type}));
  }
  void error() const { error(fields_.type); }

 private:
  std::string text(std::string_view name) const {
    return name.empty() ? std::string() : attributeText(record_.attributes, name);
  }
  std::optional<double> number(std::string_view name) const {
    return name.empty() ? std::nullopt : notNegative(attributeNumber(record_.attributes, name));
  }
  std::optional<double> seconds(std::string_view name) const {
    const auto milliseconds = number(name);
    return milliseconds ? std::optional(*milliseconds / kMillisecondsPerSecond) : std::nullopt;
  }
  std::string model() const { return modelOf(record_.attributes, fields_.model); }
  bool succeeded() const { return text(fields_.success) == fields_.successValue; }
  // What the error of a request is called: by the status of its answer, if there was one.
  std::string requestError() const;
  std::string toolStatus() const;
  std::string receiver() const;
  // The trace that it belongs to, as labels of an exemplar; none if it belongs to none.
  std::span<const Label> trace() const {
    const std::size_t ids = record_.traceId.empty() ? 0 : record_.spanId.empty() ? 1 : 2;
    return std::span(ids_).first(ids);
  }
  void observe(const Histogram& histogram, double seconds) const {
    histogram.observe(seconds, trace(), record_.unixSeconds);
  }
  void add(const Counter& counter, double amount = 1) const {
    counter.add(amount, trace(), record_.unixSeconds);
  }

  const AgentFamilies& families_;
  const AgentOrigin& origin_;
  const EventFields& fields_;
  const AgentRecord& record_;
  const std::array<Label, 2> ids_ = {{{"trace_id", record_.traceId}, {"span_id", record_.spanId}}};
};

void Event::tokens() const {
  auto amount = number(fields_.amount);
  if (!amount) return;
  for (const std::string_view less : fields_.less) *amount -= number(less).value_or(0);
  if (!(*amount > 0)) return;
  const std::string model = this->model();
  add(series(families_.tokens, {model, fields_.type}), *amount);
  add(families_.all.tokensUsed().with({origin_.orchestrator, model}), *amount);
}

void Event::cost() const {
  if (const auto dollars = number(fields_.amount)) {
    add(series(families_.cost, {model()}), *dollars);
  }
}

void Event::request() const {
  const auto duration = seconds(fields_.duration);
  if (!duration) return;
  observe(series(families_.requestDuration, {model(), "success"}), *duration);
  observe(families_.all.messageLatency().with({origin_.orchestrator}), *duration);
}

std::string Event::requestError() const {
  const std::string status = text(fields_.status);
  const bool isStatus = !status.empty() && std::all_of(status.begin(), status.end(), isNameDigit);
  return isStatus ? "api_" + status : std::string(fields_.withoutStatus);
}

void Event::failedRequest(double firstAttempt) const {
  if (const auto duration = seconds(fields_.duration)) {
    observe(series(families_.requestDuration, {model(), "error"}), *duration);
  }
  const double retries = number(fields_.attempt).value_or(firstAttempt) - firstAttempt;
  if (retries > 0) add(series(families_.retries, {model()}), retries);
  error(requestError());
}

// Each attempt is an event of its own, so one beyond the first is one retry.
void Event::attempt() const {
  const double status = number(fields_.status).value_or(0);
  const bool isAnswered = status >= 200 && status < 300 && text(fields_.errorText).empty();
  if (number(fields_.attempt).value_or(0) > 0) retry();
  if (isAnswered) {
    request();
    return;
  }
  if (const auto duration = seconds(fields_.duration)) {
    observe(series(families_.requestDuration, {model(), "error"}), *duration);
  }
  error(requestError());
}

void Event::firstToken() const {
  if (const auto duration = seconds(fields_.duration)) {
    observe(series(families_.timeToFirstToken, {model()}), *duration);
  }
}

std::string Event::toolStatus() const {
  if (succeeded()) return "success";
  return namesTimeout(text(fields_.error)) || namesTimeout(text(fields_.errorText)) ? "timeout"
                                                                                    : "error";
}

void Event::toolResult() const {
  const std::string tool = text(fields_.tool);
  const std::string status = toolStatus();
  add(families_.all.toolInvocations().with({origin_.orchestrator, tool, status}));
  if (const auto duration = seconds(fields_.duration)) {
    observe(series(families_.toolDuration, {tool, status}), *duration);
  }
  if (const auto bytes = number(fields_.inputBytes)) {
    add(series(families_.toolBytes, {tool, "input"}), *bytes);
  }
  if (const auto bytes = number(fields_.resultBytes)) {
    add(series(families_.toolBytes, {tool, "result"}), *bytes);
  }
  if (status == "success") return;
  const std::string type = text(fields_.error);
  const std::string kind = type.substr(0, type.find(':'));
  error("tool_" + (kind.empty() ? "error" : kind));
}

void Event::toolDecision() const {
  add(series(families_.toolDecisions,
             {text(fields_.tool), text("decision"), text(fields_.source)}));
}

// The kind of agent that a task was handed to, which Claude Code tells in JSON and on request only.
std::string Event::receiver() const {
  if (!fields_.to.empty()) {
    const std::string to = text(fields_.to);
    return to.empty() ? "subagent" : to;
  }
  const AnyValue* parameters = findAttribute(record_.attributes, "tool_parameters");
  if (parameters == nullptr) return "subagent";
  const auto json = nlohmann::json::parse(parameters->text, nullptr, false);
  if (!json.is_object()) return "subagent";
  const auto type = json.find("subagent_type");
  if (type == json.end() || !type->is_string()) return "subagent";
  const std::string to = cutToUtf8(type->get_ref<const std::string&>(), kLongestValue);
  return to.empty() ? "subagent" : to;
}

void Event::delegation() const {
  add(families_.all.delegations().with(
      {origin_.orchestrator, receiver(), succeeded() ? "success" : "error"}));
}

void Event::session() const {
  add(families_.all.sessionsStarted().with({origin_.orchestrator, origin_.agent}));
}

void Event::compaction() const {
  if (fields_.success.empty()) {
    add(series(families_.compactions, {{}, {}}));
    return;
  }
  add(series(families_.compactions, {text("trigger"), succeeded() ? "success" : "error"}));
  if (!succeeded()) error("compaction");
}

void Event::mcpConnection() const {
  std::string status = text("status");
  if (status == "failed") status = "error";
  add(series(families_.mcpConnections, {status}));
  if (status == "error") error("mcp_connection");
}

void Event::hook() const {
  if (const auto duration = seconds(fields_.duration)) {
    observe(series(families_.hookDuration, {text("hook_event")}), *duration);
  }
}

}  // namespace

void applyEvent(const AgentFamilies& families, const AgentOrigin& origin, const EventRow& row,
                const AgentRecord& record) {
  if (!holds(row.fields.when, record.attributes)) return;
  const Event event(families, origin, row.fields, record);
  switch (row.meaning) {
    case EventMeaning::kTokens:
      return event.tokens();
    case EventMeaning::kCost:
      return event.cost();
    case EventMeaning::kRequest:
      return event.request();
    case EventMeaning::kFailedRequest:
      return event.failedRequest(1);
    case EventMeaning::kAttempt:
      return event.attempt();
    case EventMeaning::kFirstToken:
      return event.firstToken();
    case EventMeaning::kToolResult:
      return event.toolResult();
    case EventMeaning::kToolDecision:
      return event.toolDecision();
    case EventMeaning::kDelegation:
      return event.delegation();
    case EventMeaning::kSession:
      return event.session();
    case EventMeaning::kPrompt:
      return event.prompt();
    case EventMeaning::kRetry:
      return event.retry();
    case EventMeaning::kCompaction:
      return event.compaction();
    case EventMeaning::kMcpConnection:
      return event.mcpConnection();
    case EventMeaning::kHook:
      return event.hook();
    case EventMeaning::kError:
      return event.error();
  }
}

void applyGrowth(const AgentFamilies& families, const AgentOrigin& origin, const MetricRow& row,
                 std::span<const Attribute> attributes, const Taken& growth) {
  const MetricFields& fields = row.fields;
  if (!holds(fields.when, attributes)) return;
  if (!fields.unless.attribute.empty() && holds(fields.unless, attributes)) return;
  const auto with = [&](const Counters& family, std::initializer_list<std::string_view> more) {
    return seriesOf(family, origin, more);
  };
  std::string model = modelOf(attributes, fields.model);
  if (model.empty()) model = modelOf(attributes, fields.otherModel);
  const double amount = std::isfinite(growth.value) ? std::max(growth.value, 0.0) : 0;
  const auto count = static_cast<double>(growth.count);
  const std::string type = attributeText(attributes, fields.type);
  switch (row.meaning) {
    case MetricMeaning::kTokens: {
      const std::string_view known = tokenType(type);
      if (known.empty() || amount == 0) return;
      with(families.tokens, {model, known}).add(amount);
      families.all.tokensUsed().with({origin.orchestrator, model}).add(amount);
      return;
    }
    case MetricMeaning::kCost:
      return with(families.cost, {model}).add(amount);
    case MetricMeaning::kSession:
      return families.all.sessionsStarted().with({origin.orchestrator, origin.agent}).add(amount);
    case MetricMeaning::kLines:
      return with(families.linesOfCode, {type}).add(amount);
    case MetricMeaning::kCommits:
      return with(families.commits, {}).add(amount);
    case MetricMeaning::kPullRequests:
      return with(families.pullRequests, {}).add(amount);
    case MetricMeaning::kActiveTime:
      return with(families.activeTime, {type}).add(amount);
    case MetricMeaning::kRetries:
      return with(families.retries, {model}).add(amount);
    case MetricMeaning::kErrors:
      return families.all.errors().with({origin.orchestrator, type}).add(count);
    case MetricMeaning::kToolResults: {
      const std::string tool = attributeText(attributes, fields.tool);
      const std::string_view status = type.empty()         ? "success"
                                      : namesTimeout(type) ? "timeout"
                                                           : "error";
      return families.all.toolInvocations().with({origin.orchestrator, tool, status}).add(count);
    }
  }
}

}  // namespace orchestrator_exporter
