#include "http/compression.h"

#include <libdeflate.h>

#include <new>

namespace exporter::http {
namespace {

constexpr int kLevel = 1;
// A body of 100,000 series must not keep its memory for the small ones that follow.
constexpr std::size_t kKeptBytes = 4U << 20;

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const {
    libdeflate_free_compressor(compressor);
  }
};

}  // namespace

struct Gzip::Workspace {
  Workspace() : compressor(libdeflate_alloc_compressor(kLevel)) {
    if (!compressor) throw std::bad_alloc();
  }

  std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor;
  TextBuffer joined;
  TextBuffer packed;
};

Gzip::Gzip(std::size_t parallel) : unmade_(parallel) {
  idle_.reserve(parallel);  // so that giving back cannot fail
}
Gzip::~Gzip() = default;

void Gzip::compress(std::span<const std::string_view> parts, TextBuffer& out) {
  // Returned when an allocation fails too, or the next callers would wait for ever.
  const auto giveBackLater = [this](Workspace* used) {
    giveBack(std::unique_ptr<Workspace>(used));
  };
  const std::unique_ptr<Workspace, decltype(giveBackLater)> workspace(borrow().release(),
                                                                      giveBackLater);
  std::string_view input = parts.size() == 1 ? parts.front() : std::string_view{};
  if (parts.size() > 1) {
    // libdeflate wants its input in one piece.
    for (const std::string_view part : parts) workspace->joined.append(part);
    input = workspace->joined.view();
  }
  libdeflate_compressor* const compressor = workspace->compressor.get();
  const std::size_t bound = libdeflate_gzip_compress_bound(compressor, input.size());
  char* const packed = workspace->packed.reserve(bound);
  const std::size_t size =
      libdeflate_gzip_compress(compressor, input.data(), input.size(), packed, bound);
  out.append({packed, size});
}

std::unique_ptr<Gzip::Workspace> Gzip::borrow() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !idle_.empty() || unmade_ > 0; });
  if (!idle_.empty()) {
    auto workspace = std::move(idle_.back());
    idle_.pop_back();
    return workspace;
  }
  auto workspace = std::make_unique<Workspace>();
  --unmade_;
  return workspace;
}

void Gzip::giveBack(std::unique_ptr<Workspace> workspace) {
  workspace->joined.clearAndShrinkAbove(kKeptBytes);
  workspace->packed.clearAndShrinkAbove(kKeptBytes);
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(workspace));
  }
  returned_.notify_one();
}

}  // namespace exporter::http
