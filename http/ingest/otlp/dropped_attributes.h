#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace orchestrator_exporter::http::otlp {

// The attributes that become no labels: ids of sessions, users, requests and processes, and numbers
// that agents write into attributes. Each would make a series of every value, and some are nobody's
// business.
class DroppedAttributes {
 public:
  DroppedAttributes() : DroppedAttributes({}, {}) {}
  // `keep` brings names back, `drop` adds some; both as they are sent, or with `.*` at the end for
  // all that begin so. What is to be kept wins.
  DroppedAttributes(const std::vector<std::string>& keep, const std::vector<std::string>& drop);

  bool drops(std::string_view attribute) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  struct Names {
    void add(std::string_view name);
    bool has(std::string_view attribute) const;

    std::unordered_set<std::string, Hash, std::equal_to<>> whole = {};
    std::vector<std::string> beginnings = {};  // with the dot
  };

  Names kept_;
  Names dropped_;
};

}  // namespace orchestrator_exporter::http::otlp
