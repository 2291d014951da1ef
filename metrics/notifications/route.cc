#include "metrics/notifications/route.h"

#include <map>

#include "metrics/text_template/format.h"

namespace orchestrator_exporter::notifications {

namespace {

void nameRoute(Route& route, const std::string& above, std::map<std::string, int>& known) {
  route.key = above + route.matchers.text();
  const int before = known[route.key]++;
  route.id = before == 0 ? route.key : route.key + "#" + std::to_string(before);
  for (Route& child : route.children) nameRoute(child, route.key + "/", known);
}

void addRoutes(const Route& route, const LabelSet& labels, std::vector<const Route*>& found) {
  const std::size_t before = found.size();
  for (const Route& child : route.children) {
    if (!child.matchers.match(labels)) continue;
    addRoutes(child, labels, found);
    if (!child.continues) break;
  }
  if (found.size() == before) found.push_back(&route);
}

}  // namespace

LabelSet Route::groupLabels(const LabelSet& labels) const {
  if (groupsByAll) return labels;
  LabelSet shared;
  for (const std::string& name : groupBy) shared.set(name, labels.get(name));
  return shared;
}

void nameRoutes(Route& root) {
  std::map<std::string, int> known;
  nameRoute(root, "", known);
}

std::vector<const Route*> routesFor(const Route& root, const LabelSet& labels) {
  std::vector<const Route*> found;
  addRoutes(root, labels, found);
  return found;
}

std::string groupKey(const Route& route, const LabelSet& groupLabels) {
  std::string text = route.key + ":{";
  const std::size_t before = text.size();
  for (const auto& [name, value] : groupLabels) {
    text.append(text.size() > before ? ", " : "").append(name).append("=");
    text += text_template::doubleQuoted(value);
  }
  return text + "}";
}

}  // namespace orchestrator_exporter::notifications
