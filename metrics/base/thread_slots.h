#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace orchestrator_exporter {

// One object for each thread that asks, kept until the thread ends; when this owner ends, an object
// that another thread keeps for it lasts until that thread ends or needs the place. Thread-safe.
class ThreadSlots {
 public:
  ThreadSlots();
  ~ThreadSlots();
  ThreadSlots(const ThreadSlots&) = delete;
  ThreadSlots& operator=(const ThreadSlots&) = delete;

  using Make = std::shared_ptr<void> (*)(void* from);

  // The calling thread's object, made by make(from) at its first call, always by the same `make`.
  // Null while the thread's own objects are being destroyed: then nothing can be kept for it any
  // more.
  void* get(Make make, void* from) const {
    if (index_ < count_ && slots_[index_].owner == id_) [[likely]]
      return slots_[index_].object;
    return lookUp(make, from);
  }

 private:
  struct Slot {
    std::uint64_t owner = 0;
    void* object = nullptr;
  };
  class OfThisThread;

  void* lookUp(Make make, void* from) const;

  // What the thread has, readable without a guard until its very end.
  static constinit inline thread_local const Slot* slots_ = nullptr;
  static constinit inline thread_local std::size_t count_ = 0;
  static constinit inline thread_local bool ended_ = false;

  std::uint64_t id_ = 0;   // never given twice
  std::size_t index_ = 0;  // given again after the end of this owner
};

// The same with a type.
template <typename Object>
class PerThread {
 public:
  Object* get() const {
    return static_cast<Object*>(slots_.get(
        [](void*) -> std::shared_ptr<void> { return std::make_shared<Object>(); }, nullptr));
  }
  // The same for an object that is made of another, Object(from).
  template <typename From>
  Object* get(From& from) const {
    return static_cast<Object*>(slots_.get(
        [](void* given) -> std::shared_ptr<void> {
          return std::make_shared<Object>(*static_cast<From*>(given));
        },
        &from));
  }

 private:
  ThreadSlots slots_;
};

}  // namespace orchestrator_exporter
