#include "metrics/base/thread_slots.h"

#include <mutex>
#include <vector>

namespace orchestrator_exporter {

namespace {

// Which places of the threads' tables are taken. Never destroyed: owners may be static objects.
struct Places {
  std::mutex mutex;
  std::uint64_t lastId = 0;
  std::size_t used = 0;
  std::vector<std::size_t> free = {};

  static Places& get() {
    static Places& places = *new Places;
    return places;
  }
};

}  // namespace

class ThreadSlots::OfThisThread {
 public:
  OfThisThread() = default;
  OfThisThread(const OfThisThread&) = delete;
  OfThisThread& operator=(const OfThisThread&) = delete;
  ~OfThisThread() {
    ended_ = true;
    slots_ = nullptr;
    count_ = 0;
  }

  static OfThisThread& get() {
    static thread_local OfThisThread own;
    return own;
  }
  void* set(std::size_t index, Slot slot) {
    if (all_.size() <= index) all_.resize(index + 1);
    all_[index] = std::move(slot);
    slots_ = all_.data();
    count_ = all_.size();
    return all_[index].object.get();
  }

 private:
  std::vector<Slot> all_;
};

ThreadSlots::ThreadSlots() {
  Places& places = Places::get();
  const std::lock_guard lock(places.mutex);
  id_ = ++places.lastId;
  if (places.free.empty()) {
    index_ = places.used++;
  } else {
    index_ = places.free.back();
    places.free.pop_back();
  }
}

ThreadSlots::~ThreadSlots() {
  Places& places = Places::get();
  const std::lock_guard lock(places.mutex);
  places.free.push_back(index_);
}

void* ThreadSlots::lookUp(Make make) const {
  if (ended_) return nullptr;
  return OfThisThread::get().set(index_, {id_, make()});
}

}  // namespace orchestrator_exporter
