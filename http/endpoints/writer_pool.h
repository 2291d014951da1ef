#pragma once

#include <cstddef>
#include <memory>

#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter::http {

// Keeps a few exposition writers, whose memory has grown to what a body needs, from one scrape to
// the next. For any number of threads.
class WriterPool {
 public:
  // At most `kept` writers wait for the next scrape; those beyond are freed.
  explicit WriterPool(std::size_t kept = 4);

  // A writer without samples. It goes back to the pool when its last holder lets go of it, which
  // may be after the pool's own end.
  std::shared_ptr<ExpositionWriter> borrow(const ExpositionOptions& options);

 private:
  class Shelf;
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace orchestrator_exporter::http
