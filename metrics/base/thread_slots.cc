#include "metrics/base/thread_slots.h"

#include <mutex>
#include <utility>
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
  void* set(std::size_t index, std::uint64_t owner, std::shared_ptr<void> object) {
    if (all_.size() <= index) {
      all_.resize(index + 1);
      kept_.resize(index + 1);
    }
    all_[index] = {owner, object.get()};
    slots_ = all_.data();
    count_ = all_.size();
    kept_[index].swap(object);  // what was there before ends when its place is taken
    return all_[index].object;
  }

 private:
  std::vector<Slot> all_;
  std::vector<std::shared_ptr<void>> kept_;  // the same objects
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

void* ThreadSlots::lookUp(Make make, void* from) const {
  if (ended_) return nullptr;
  return OfThisThread::get().set(index_, id_, make(from));
}

}  // namespace orchestrator_exporter
