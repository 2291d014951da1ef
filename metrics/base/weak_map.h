#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace orchestrator_exporter {

// Finds objects by key that somebody else keeps alive. Those that nobody keeps any more are swept
// out whenever the map has doubled since the last time, so a new object costs the same however many
// there are. Not thread-safe.
template <typename Key, typename Value>
class WeakMap {
 public:
  // The object of this key; make(), a std::shared_ptr<Value>, if nobody keeps one.
  template <typename Make>
  std::shared_ptr<Value> find(const Key& key, Make make) {
    const auto known = objects_.find(key);
    if (known != objects_.end()) {
      if (auto found = known->second.lock()) return found;
    }
    std::shared_ptr<Value> made = make();
    if (known != objects_.end()) {
      known->second = made;
    } else {
      if (objects_.size() >= room_) sweep();
      objects_.emplace(key, made);
    }
    return made;
  }

  std::size_t size() const { return objects_.size(); }
  // How many entries all sweeps together have looked at: what keeping the map small has cost.
  std::uint64_t swept() const { return swept_; }

 private:
  static constexpr std::size_t kFewest = 64;

  void sweep() {
    swept_ += objects_.size();
    std::erase_if(objects_, [](const auto& entry) { return entry.second.expired(); });
    room_ = std::max(kFewest, 2 * objects_.size());
  }

  std::unordered_map<Key, std::weak_ptr<Value>> objects_;
  std::size_t room_ = kFewest;
  std::uint64_t swept_ = 0;
};

}  // namespace orchestrator_exporter
