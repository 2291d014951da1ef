#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::http::statsd {

// Finds the globs that fit a name of StatsD: components between dots, of which `*` stands for any
// one.
class GlobTree {
 public:
  // What was found: the number of the glob and what its stars stand for, in order.
  struct Found {
    std::size_t glob = SIZE_MAX;
    std::vector<std::string_view> captures;

    explicit operator bool() const { return glob != SIZE_MAX; }
  };

  void add(std::string_view glob, std::size_t number);

  // The one with the lowest number of those that fit and that are wanted; or, with `mostSpecific`,
  // the one that has text instead of a star furthest to the left. The captures point into `name`.
  Found find(std::string_view name, bool mostSpecific,
             const std::function<bool(std::size_t)>& isWanted) const;

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
    std::unique_ptr<Node> any;
    std::vector<std::size_t> globs;  // that end here, ascending
  };
  class Search;

  Node root_;
};

}  // namespace orchestrator_exporter::http::statsd
