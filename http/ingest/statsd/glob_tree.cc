#include "http/ingest/statsd/glob_tree.h"

#include <algorithm>

namespace orchestrator_exporter::http::statsd {
namespace {

// The component at the start: all of the text if there is no dot.
std::string_view componentOf(std::string_view text) { return text.substr(0, text.find('.')); }

}  // namespace

void GlobTree::add(std::string_view glob, std::size_t number) {
  Node* node = &root_;
  while (true) {
    const std::string_view component = componentOf(glob);
    std::unique_ptr<Node>& next =
        component == "*" ? node->any : node->children[std::string(component)];
    if (next == nullptr) next = std::make_unique<Node>();
    node = next.get();
    if (component.size() == glob.size()) break;
    glob.remove_prefix(component.size() + 1);
  }
  node->globs.push_back(number);
}

// Goes down both ways at each component, so it may see every node of the tree once, but no more.
class GlobTree::Search {
 public:
  Search(bool mostSpecific, const std::function<bool(std::size_t)>& isWanted)
      : mostSpecific_(mostSpecific), isWanted_(isWanted) {}

  void visit(const Node& node, std::string_view rest) {
    const std::string_view component = componentOf(rest);
    const bool isLast = component.size() == rest.size();
    const std::string_view behind = isLast ? "" : rest.substr(component.size() + 1);
    const auto child = node.children.find(component);
    if (child != node.children.end()) step(*child->second, behind, isLast);
    if (node.any == nullptr || (mostSpecific_ && found_)) return;
    captures_.push_back(component);
    step(*node.any, behind, isLast);
    captures_.pop_back();
  }

  Found found_;

 private:
  void step(const Node& node, std::string_view behind, bool isLast) {
    if (!isLast) return visit(node, behind);
    const auto glob = std::find_if(node.globs.begin(), node.globs.end(), isWanted_);
    if (glob == node.globs.end() || *glob >= found_.glob) return;
    found_ = {*glob, captures_};
  }

  const bool mostSpecific_;
  const std::function<bool(std::size_t)>& isWanted_;
  std::vector<std::string_view> captures_;
};

GlobTree::Found GlobTree::find(std::string_view name, bool mostSpecific,
                               const std::function<bool(std::size_t)>& isWanted) const {
  Search search(mostSpecific, isWanted);
  search.visit(root_, name);
  return std::move(search.found_);
}

}  // namespace orchestrator_exporter::http::statsd
