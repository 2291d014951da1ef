#include "exporter/probes/context.h"
#include "exporter/probes/stream.h"

namespace orchestrator_exporter::probes {

namespace {

// The line that the expression matches, of those that come; nullopt if none does.
std::optional<std::string> awaitLine(const Expression& expected, Stream& stream,
                                     ProbeContext& context) {
  while (auto line = stream.readLine()) {
    context.bytes += line->size() + 1;
    context.trace([&] { return "read '" + *line + "'"; });
    if (expected.matches(*line)) return line;
  }
  return std::nullopt;
}

void giveLabels(const Exchange& exchange, const std::string& line, Sink& out) {
  if (exchange.labels.empty()) return;
  std::vector<std::string> values;
  for (const auto& [name, value] : exchange.labels) {
    values.push_back(exchange.expect->expand(line, value).value_or(""));
  }
  std::vector<Label> labels;
  for (std::size_t i = 0; i < values.size(); ++i) {
    labels.push_back({exchange.labels[i].first, values[i]});
  }
  out.gauge("probe_expect_info", "What the target said.").add(1, labels);
}

void beginTls(const TcpSettings& settings, const std::string& host, Stream& stream,
              ProbeContext& context) {
  const std::string& name = context.request.hostname.empty() ? host : context.request.hostname;
  stream.startTls(settings.tls, name);
  if (const auto facts = stream.tlsFacts()) giveTlsFacts(*facts, context.out);
}

}  // namespace

bool probeTcp(const TcpSettings& settings, ProbeContext& context) {
  const HostPort target = splitTarget(context.request.target, 0);
  const IpAddress address = lookUp(target.host, settings.address, context);
  Stream stream(address, target.port, settings.address.source, context.waiting);
  context.trace("connected");
  if (settings.isTls) beginTls(settings, target.host, stream, context);
  bool isMismatch = false;
  struct Given {
    ~Given() {
      out.gauge("probe_failed_due_to_regex", "1 if what the target said did not match, else 0.")
          .add(isMismatch);
      out.gauge("probe_failed_due_to_bytes", "0: bytes are not matched.").add(0);
    }
    Sink& out;
    const bool& isMismatch;
  } const given{context.out, isMismatch};
  for (const Exchange& exchange : settings.exchanges) {
    std::string sent = exchange.send;
    if (exchange.expect) {
      const auto line = awaitLine(*exchange.expect, stream, context);
      isMismatch = !line;
      if (!line) return false;
      giveLabels(exchange, *line, context.out);
      sent = exchange.expect->expand(*line, exchange.send).value_or("");
    }
    if (!sent.empty()) {
      context.trace([&] { return "write '" + sent + "'"; });
      stream.write(sent + "\n");
    }
    if (exchange.startsTls) beginTls(settings, target.host, stream, context);
  }
  return true;
}

}  // namespace orchestrator_exporter::probes
