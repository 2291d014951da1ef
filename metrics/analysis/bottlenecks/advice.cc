#include "metrics/analysis/bottlenecks/advice.h"

#include <array>
#include <utility>

#include "metrics/analysis/bottlenecks/host_advice.h"
#include "metrics/analysis/texts.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::analysis {

namespace {

using promql::quote;

std::vector<std::string> databaseAdvice(const Case& one) {
  std::vector<std::string> advice;
  const std::vector<Evidence>& seen = one.diagnosis.bottleneck.evidence;
  const std::string database =
      "database=" + quote(seen.empty() ? "" : seen.front().labels.get("database"));
  if (const Evidence* latency = one.evidence("database.latency")) {
    const auto series =
        one.figures.all("topk(1, sum by (operation, table) (" +
                        recentRate("db_query_duration_seconds_sum" + one.on(database)) + "))");
    std::string text = "95 % of the queries of database " + one.place().component + " take up to " +
                       valueWords(latency->value, "s");
    if (!series.empty() && !series.front().points.empty()) {
      const LabelSet& labels = *series.front().labels;
      const std::string table(labels.get("table"));
      text += "; most of the time goes to " + std::string(labels.get("operation")) +
              (table.empty() ? "" : " on table " + table) + " (" +
              valueWords(series.front().points.front().value, "s of each second") + ")";
    }
    advice.push_back(text + ": give it an index, cache its answer, or ask for less.");
  }
  if (const Evidence* errors = one.evidence("database.errors")) {
    std::string text = shareWords(errors->value) + " of the queries of database " +
                       one.place().component + " fail";
    std::string types;
    for (const auto& [type, rate] : one.figures.largest(
             "sum by (error_type) (" + recentRate("db_query_errors_total" + one.on(database)) + ")",
             "error_type")) {
      types += (types.empty() ? "" : ", ") + type + " " + valueWords(rate, "1/s");
    }
    advice.push_back(text + (types.empty() ? "" : ": " + types) + ".");
  }
  return advice;
}

std::vector<std::string> networkAdvice(const Case& one) {
  std::vector<std::string> advice;
  const std::string& component = one.place().component;
  const auto say = [&](std::string_view id, const auto& text) {
    if (const Evidence* seen = one.evidence(id)) advice.push_back(text(*seen));
  };
  say("network.utilisation", [&](const Evidence& seen) {
    return "The link of " + component + " is " + shareWords(seen.value) +
           " full: send less, compress, or use a faster link.";
  });
  say("network.errors", [&](const Evidence& seen) {
    return shareWords(seen.value) + " of the packets of " + component +
           " are damaged: check its cable, transceiver and switch port.";
  });
  say("network.drops", [&](const Evidence& seen) {
    return shareWords(seen.value) + " of the packets of " + component +
           " are dropped: the host or its queue is overloaded, or a rule throws them away.";
  });
  say("network.retransmits", [&](const Evidence& seen) {
    return shareWords(seen.value) +
           " of the TCP segments are sent again: packets are lost on the way; look at drops and "
           "errors of the devices and of the network behind them.";
  });
  say("network.backlog", [&](const Evidence& seen) {
    if (seen.detector->expression.find("Listen") != std::string::npos) {
      return valueWords(seen.value) +
             " connections a second find a full listen queue: accept "
             "faster, or raise net.core.somaxconn and the backlog of the "
             "server.";
    }
    if (seen.detector->expression.find("softnet") != std::string::npos) {
      return valueWords(seen.value) +
             " packets a second are dropped before they are looked at: "
             "raise net.core.netdev_max_backlog, or spread interrupts "
             "over more CPUs.";
    }
    return "The table of tracked connections is " + shareWords(seen.value) +
           " full: raise net.netfilter.nf_conntrack_max or shorten its timeouts.";
  });
  say("network.latency", [&](const Evidence& seen) {
    return "95 % of the messages from " + component + " take up to " + valueWords(seen.value, "s") +
           ": look at the receiver's queue and at the way there.";
  });
  return advice;
}

std::vector<std::string> coordinationAdvice(const Case& one) {
  std::vector<std::string> advice;
  const std::string& component = one.place().component;
  if (const Evidence* latency = one.evidence("coordination.latency")) {
    const std::string own = one.on("orchestrator_id=" + quote(component));
    std::string text = "95 % of the messages of orchestrator " + component + " take up to " +
                       valueWords(latency->value, "s");
    const auto models = one.figures.largest(
        "sum by (model) (" + recentRate("orchestrator_agent_request_duration_seconds_sum" + own) +
            ")",
        "model", 1);
    const auto tools = one.figures.largest(
        "sum by (tool_name) (" + recentRate("orchestrator_agent_tool_duration_seconds_sum" + own) +
            ")",
        "tool_name", 1);
    const double model = models.empty() ? 0 : models.front().second;
    const double tool = tools.empty() ? 0 : tools.front().second;
    if (model > 0 && model >= tool) {
      text += "; most of it is model " + models.front().first + " (" +
              valueWords(model, "s of each second") + "): send fewer or smaller requests to it";
    } else if (tool > 0) {
      text += "; most of it is tool " + tools.front().first + " (" +
              valueWords(tool, "s of each second") + "): call it less or make it faster";
    } else {
      text += ": send it fewer messages, or give it more workers";
    }
    advice.push_back(text + ".");
  }
  if (const Evidence* queue = one.evidence("coordination.queue")) {
    advice.push_back("The queue of " + component + " holds " + valueWords(queue->value) +
                     " messages and grows: send fewer, or add workers.");
  }
  if (const Evidence* load = one.evidence("coordination.load")) {
    advice.push_back("Node " + component + " is loaded to " + shareWords(load->value) +
                     ": hand tasks to other nodes, or add one.");
  }
  if (const Evidence* rejected = one.evidence("coordination.rejected")) {
    advice.push_back("Orchestrator " + component + " fails " + shareWords(rejected->value) +
                     " of the tasks handed to it: look at its errors before sending more.");
  }
  if (one.evidence("coordination.breaker") != nullptr) {
    advice.push_back("Circuit breaker " + component +
                     " is open: nothing reaches what is behind it; mend that first.");
  }
  return advice;
}

std::vector<std::string> programAdvice(const Case& one) {
  std::vector<std::string> advice;
  const std::string& component = one.place().component;
  for (const Evidence& seen : one.diagnosis.bottleneck.evidence) {
    const std::string value = valueWords(seen.value, seen.detector->unit);
    const std::string& id = seen.detector->id;
    if (id == "service.latency") {
      advice.push_back("95 % of the requests to " + component + " take up to " + value +
                       ": add workers, or make the slowest part of the route faster.");
    } else if (id == "service.errors") {
      advice.push_back(shareWords(seen.value) + " of the requests to " + component +
                       " fail with a 5xx status: look at the errors of the route.");
    } else if (id == "ui.frames") {
      advice.push_back("Pages draw " + valueWords(1 / seen.value) +
                       " frames a second: update fewer times a second, or draw less each time.");
    } else if (id == "ui.interaction") {
      advice.push_back("Pages take " + value +
                       " to answer an interaction: do less on the main "
                       "thread, in smaller pieces.");
    } else if (id == "ui.paint") {
      advice.push_back("Pages show their first content after " + value +
                       ": send less script and style before it.");
    } else if (id == "ui.shift") {
      advice.push_back("Pages shift by " + value + ": reserve the space of what loads late.");
    }
  }
  return advice;
}

}  // namespace

Diagnosis diagnose(const Figures& figures, Bottleneck bottleneck) {
  Diagnosis diagnosis{std::move(bottleneck), {}, {}};
  const std::string& resource = diagnosis.bottleneck.place.resource;
  diagnosis.consumers = consumersOf(figures, diagnosis.bottleneck.place);
  const Case one{figures, diagnosis};
  using Adviser = std::vector<std::string> (*)(const Case&);
  constexpr std::array<std::pair<std::string_view, Adviser>, 8> kAdvisers = {
      {{"cpu", cpuAdvice},
       {"memory", memoryAdvice},
       {"io", ioAdvice},
       {"database", databaseAdvice},
       {"network", networkAdvice},
       {"coordination", coordinationAdvice},
       {"service", programAdvice},
       {"ui", programAdvice}}};
  for (const auto& [name, adviser] : kAdvisers) {
    if (name == resource) diagnosis.advice = adviser(one);
  }
  return diagnosis;
}

}  // namespace orchestrator_exporter::analysis
