#include <algorithm>
#include <array>

#include "exporter/daemons/http_client.h"
#include "exporter/daemons/xml_rpc.h"
#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kUrlFlag = "collector.supervisord.url";
constexpr std::string_view kMethod = "supervisor.getAllProcessInfo";

// Supervisor's states of a process that is there: STARTING, RUNNING, STOPPING.
constexpr std::array<std::int64_t, 3> kUp = {10, 20, 40};

const std::string& textOf(const XmlRpcValue& process, std::string_view member) {
  const XmlRpcValue* value = process.find(member);
  if (value == nullptr) throw ParseError(kMethod, 0, "no " + std::string(member) + " of a process");
  return value->text;
}

std::int64_t numberOf(const XmlRpcValue& process, std::string_view member) {
  const std::string& text = textOf(process, member);
  if (const auto number = parseInteger(trim(text))) return *number;
  throw ParseError(kMethod, 0, "a whole number as " + std::string(member), text);
}

void giveProcess(const XmlRpcValue& process, Complaints& complaints, Sink& out) {
  const Label labels[] = {{"group", textOf(process, "group")}, {"name", textOf(process, "name")}};
  complaints.attempt([&] {
    out.gauge("node_supervisord_exit_status", "With which status the process last ended.")
        .add(static_cast<double>(numberOf(process, "exitstatus")), labels);
  });
  const std::int64_t state = numberOf(process, "state");
  const bool up = std::find(kUp.begin(), kUp.end(), state) != kUp.end();
  out.gauge("node_supervisord_state", "Supervisor's number for the state of the process.")
      .add(static_cast<double>(state), labels);
  out.gauge("node_supervisord_up", "Whether the process is there.").add(up ? 1 : 0, labels);
  if (!up) return;
  out.counter("node_supervisord_start_time_seconds", "When the process was started, Unix time.")
      .add(static_cast<double>(numberOf(process, "start")), labels);
}

class Supervisord final : public Collector {
 public:
  explicit Supervisord(const Flags& flags) {
    const auto address = HttpAddress::parse(flags.text(kUrlFlag));
    if (!address) {
      throw StartError("--" + std::string(kUrlFlag) +
                       ": expected http://host:port/path or unix:///path, got '" +
                       flags.text(kUrlFlag) + "'");
    }
    address_ = *address;
  }

  bool mayBlock() const override { return true; }

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const std::string answer =
        postHttp(address_, "text/xml", xmlRpcCall(kMethod), kernel.deadline());
    const XmlRpcValue processes = parseXmlRpcResponse(kMethod, answer);
    for (const XmlRpcValue& process : processes.items) {
      complaints_.attempt([&] { giveProcess(process, complaints_, out); });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  HttpAddress address_;
  Complaints complaints_;
};

FlagDefinition urlFlag() {
  FlagDefinition flag = textFlag(std::string(kUrlFlag), "http://localhost:9001/RPC2",
                                 "Where supervisord answers XML-RPC: http://… or unix:///….");
  flag.environment = "SUPERVISORD_URL";
  return flag;
}

const RegisterCollector<Supervisord> supervisord{
    {.name = "supervisord",
     .onByDefault = kOffByDefault,
     .flags = {urlFlag()},
     .reads = "supervisor.getAllProcessInfo at --collector.supervisord.url",
     .needs = "the right to write to supervisord's socket, where it is asked at one",
     .deprecated = true}};

}  // namespace

}  // namespace orchestrator_exporter
