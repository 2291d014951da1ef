#include "http/server/compression.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "http/server/header_value.h"

namespace orchestrator_exporter::http {
namespace {

// The level that needs no memory of its own: one pass, with Huffman codes that are made beforehand.
constexpr std::uint32_t kLevel = 0;
// Codes are made again from time to time, from how a body begins: those that follow resemble it.
constexpr unsigned kBodiesPerCode = 64;
constexpr std::size_t kSampleBytes = 64U << 10;
// The library counts in 32 bits.
constexpr std::size_t kMostAtOnce = 1U << 30;

std::uint8_t* bytesOf(std::string_view text) {
  // The library does not write to its input.
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

struct Gzip::Workspace {
  void begin();
  void learn(std::span<const std::string_view> parts);
  void feed(std::string_view bytes, bool last, TextBuffer& out);

  isal_zstream stream;
  isal_hufftables codes;
  bool hasCodes = false;
  unsigned bodies = 0;
};

void Gzip::Workspace::begin() {
  isal_deflate_init(&stream);
  stream.level = kLevel;
  stream.gzip_flag = IGZIP_GZIP;
  if (hasCodes) isal_deflate_set_hufftables(&stream, &codes, IGZIP_HUFFTABLE_CUSTOM);
}

void Gzip::Workspace::learn(std::span<const std::string_view> parts) {
  if (bodies++ % kBodiesPerCode != 0) return;
  const auto histogram = std::make_unique<isal_huff_histogram>();
  std::size_t unread = kSampleBytes;
  for (const std::string_view part : parts) {
    if (unread == 0) break;
    const std::size_t size = std::min(part.size(), unread);
    isal_update_histogram(bytesOf(part), static_cast<int>(size), histogram.get());
    unread -= size;
  }
  hasCodes = isal_create_hufftables(&codes, histogram.get()) == 0;
}

void Gzip::Workspace::feed(std::string_view bytes, bool last, TextBuffer& out) {
  constexpr std::size_t kRoom = 4096;
  stream.next_in = bytesOf(bytes);
  stream.avail_in = static_cast<std::uint32_t>(bytes.size());
  stream.end_of_stream = last ? 1 : 0;
  do {
    // Enough for text that repeats itself as expositions do; the next round makes room for others.
    const std::size_t room = std::max(bytes.size() / 4, kRoom);
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.reserve(room));
    stream.avail_out = static_cast<std::uint32_t>(room);
    if (isal_deflate(&stream) != COMP_OK) throw std::logic_error("gzip: the stream is misused");
    out.advance(room - stream.avail_out);
  } while (stream.avail_out == 0);
}

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
  workspace->learn(parts);
  workspace->begin();
  for (std::string_view part : parts) {
    for (; part.size() > kMostAtOnce; part.remove_prefix(kMostAtOnce)) {
      workspace->feed(part.substr(0, kMostAtOnce), false, out);
    }
    if (!part.empty()) workspace->feed(part, false, out);
  }
  workspace->feed({}, true, out);
}

std::unique_ptr<Gzip::Workspace> Gzip::borrow() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !idle_.empty() || unmade_ > 0; });
  if (!idle_.empty()) {
    auto workspace = std::move(idle_.back());
    idle_.pop_back();
    return workspace;
  }
  // Its buffers need no zeros.
  auto workspace = std::make_unique_for_overwrite<Workspace>();
  --unmade_;
  return workspace;
}

void Gzip::giveBack(std::unique_ptr<Workspace> workspace) {
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(workspace));
  }
  returned_.notify_one();
}

bool acceptsGzip(std::optional<std::string_view> acceptEncoding) {
  std::optional<double> gzip;
  std::optional<double> any;
  double identity = 0;  // unless named, identity is the last resort
  for (const WeightedValue& coding : parseWeightedList(acceptEncoding.value_or(""))) {
    if (equalIgnoringCase(coding.value, "gzip") || equalIgnoringCase(coding.value, "x-gzip")) {
      // The list is sorted: of two weights for one coding the greater one counts.
      if (!gzip) gzip = coding.weight;
    } else if (equalIgnoringCase(coding.value, "identity")) {
      identity = std::max(identity, coding.weight);
    } else if (coding.value == "*" && !any) {
      any = coding.weight;
    }
  }
  const double weight = gzip.value_or(any.value_or(0));
  return weight > 0 && weight >= identity;
}

}  // namespace orchestrator_exporter::http
