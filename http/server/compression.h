#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/base/text_buffer.h"

namespace orchestrator_exporter::http {

// Compresses bodies with gzip (RFC 1952), fast rather than small: ISA-L's level 0 with
// Huffman codes that are made from the bodies themselves. Keeps what a compression needs from one
// body to the next; for any number of threads.
class Gzip {
 public:
  // At most `parallel` (1 or more) bodies are compressed at a time, so that memory is bounded;
  // further callers wait for their turn, which takes a fraction of a millisecond each.
  explicit Gzip(std::size_t parallel = 2);
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  // Appends one gzip member to `out` that holds the parts one after the other.
  void compress(std::span<const std::string_view> parts, TextBuffer& out);

 private:
  struct Workspace;

  std::unique_ptr<Workspace> borrow();
  void giveBack(std::unique_ptr<Workspace> workspace);

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Workspace>> idle_;
  std::size_t unmade_;  // workspaces that may still be made
};

// Whether an Accept-Encoding header asks for gzip: by name (x-gzip is the same) or by `*`, with a
// weight above 0 and not below that of identity.
bool acceptsGzip(std::optional<std::string_view> acceptEncoding);

}  // namespace orchestrator_exporter::http
