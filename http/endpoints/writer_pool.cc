#include "http/endpoints/writer_pool.h"

#include <mutex>
#include <utility>
#include <vector>

namespace orchestrator_exporter::http {

class WriterPool::Shelf {
 public:
  explicit Shelf(std::size_t kept) : kept_(kept) { idle_.reserve(kept); }

  // nullptr where none of these options is idle.
  std::unique_ptr<ExpositionWriter> take(const ExpositionOptions& options) {
    const std::lock_guard lock(mutex_);
    // The latest one first: its memory is still in the processor's cache.
    for (auto idle = idle_.end(); idle != idle_.begin();) {
      --idle;
      if (idle->options != options) continue;
      auto writer = std::move(idle->writer);
      idle_.erase(idle);
      return writer;
    }
    return nullptr;
  }

  void put(const ExpositionOptions& options, std::unique_ptr<ExpositionWriter> writer) {
    if (kept_ == 0) return;
    writer->clear();
    Idle dropped;  // freed after the lock
    const std::lock_guard lock(mutex_);
    if (idle_.size() == kept_) {
      // Formats that nobody asks for any more make room for those in use.
      dropped = std::move(idle_.front());
      idle_.erase(idle_.begin());
    }
    idle_.push_back({options, std::move(writer)});
  }

 private:
  struct Idle {
    ExpositionOptions options;
    std::unique_ptr<ExpositionWriter> writer;
  };

  const std::size_t kept_;
  std::mutex mutex_;
  std::vector<Idle> idle_;  // the one that waits longest first
};

WriterPool::WriterPool(std::size_t kept) : shelf_(std::make_shared<Shelf>(kept)) {}

std::shared_ptr<ExpositionWriter> WriterPool::borrow(const ExpositionOptions& options) {
  auto writer = shelf_->take(options);
  if (!writer) writer = ExpositionWriter::make(options);
  return {writer.release(), [shelf = shelf_, options](ExpositionWriter* used) {
            shelf->put(options, std::unique_ptr<ExpositionWriter>(used));
          }};
}

}  // namespace orchestrator_exporter::http
