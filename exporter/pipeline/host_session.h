#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/host/flags.h"
#include "exporter/log.h"
#include "metrics/history/head.h"
#include "metrics/pipeline/plan.h"
#include "metrics/pipeline/session.h"

namespace orchestrator_exporter::pipeline {

// A session in the foreground: this host is read once an interval, through the processors of a
// pipeline if there is one.
struct HostSession {
  // Its collectors are those of the plan, or collectors of the host such as cpu; none: everything
  // that is on. It has a duration.
  SessionSettings settings;
  Plan plan = {};
  LabelSet labels = {};  // job and instance, of all samples
  Log log = [](LogLevel, std::string_view) {};
};

// What came of it.
struct CollectedSession {
  std::string json;  // the session, as the API tells it
  std::shared_ptr<const history::Head> samples;
  std::int64_t start = 0;  // ms
  std::int64_t end = 0;
};

// Runs it until its time is over or `isEnough` says so, which is asked some times a second. Throws
// std::invalid_argument for a collector that there is not, StartError.
CollectedSession collectHost(const HostSession& session, const std::function<bool()>& isEnough);

}  // namespace orchestrator_exporter::pipeline
