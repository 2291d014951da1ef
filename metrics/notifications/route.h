#pragma once

#include <set>
#include <string>
#include <vector>

#include "metrics/notifications/alert.h"
#include "metrics/notifications/matcher.h"

namespace orchestrator_exporter::notifications {

// A node of the tree that decides who is told of an alert. What children do not say they have of
// their parents.
struct Route {
  std::string receiver = {};
  Matchers matchers = {};
  bool continues = false;    // brothers behind it are asked too
  bool groupsByAll = false;  // group_by: ['...']
  std::set<std::string> groupBy = {};
  Milliseconds groupWait = std::chrono::seconds(30);
  Milliseconds groupInterval = std::chrono::minutes(5);
  Milliseconds repeatInterval = std::chrono::hours(4);
  std::vector<std::string> muteIntervals = {};    // names
  std::vector<std::string> activeIntervals = {};  // names
  std::vector<Route> children = {};
  std::string key = {};  // the matchers on the way to it: {}/{severity="critical"}
  std::string id = {};   // the key, with a number behind it if another route has the same

  // The labels that alerts of one group share.
  LabelSet groupLabels(const LabelSet& labels) const;
};

// Fills in keys and ids of a whole tree.
void nameRoutes(Route& root);

// The routes that take the alert, in the order of the tree: the first child that matches ends the
// search among its brothers unless it continues; without any the node itself takes it.
std::vector<const Route*> routesFor(const Route& root, const LabelSet& labels);

// What a receiver knows a group by: {}/{severity="critical"}:{alertname="X"}.
std::string groupKey(const Route& route, const LabelSet& groupLabels);

}  // namespace orchestrator_exporter::notifications
