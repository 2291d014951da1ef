#include "http/remote_write/queue/segments.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "http/remote_write/queue/record.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::remote_write {

namespace {

constexpr std::string_view kSuffix = ".segment";
constexpr mode_t kOwnersFile = 0600;

[[noreturn]] void fail() { throw std::system_error(errno, std::generic_category()); }

Backlog backlogOf(const RecordHead& head) {
  return {1, RecordHead::kBytes + head.bytes, head.amounts.samples, head.amounts.histograms,
          head.amounts.exemplars};
}

}  // namespace

Backlog& Backlog::operator+=(const Backlog& other) {
  blocks += other.blocks;
  bytes += other.bytes;
  samples += other.samples;
  histograms += other.histograms;
  exemplars += other.exemplars;
  return *this;
}

Backlog& Backlog::operator-=(const Backlog& other) {
  blocks -= other.blocks;
  bytes -= other.bytes;
  samples -= other.samples;
  histograms -= other.histograms;
  exemplars -= other.exemplars;
  return *this;
}

Backlog backlogOf(const Block& block) {
  return {1, RecordHead::kBytes + block.bytes.size(), block.amounts.samples,
          block.amounts.histograms, block.amounts.exemplars};
}

class Segments::File {
 public:
  File(const std::filesystem::path& path, int flags)
      : descriptor_(open(path.c_str(), flags | O_CLOEXEC, kOwnersFile)) {
    if (descriptor_ < 0) fail();
  }
  ~File() { close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // So many bytes from there on, fewer at the end of the file.
  std::string read(std::uint64_t at, std::size_t bytes) const {
    std::string out(bytes, '\0');
    std::size_t done = 0;
    while (done < bytes) {
      const ssize_t got =
          pread(descriptor_, out.data() + done, bytes - done, static_cast<off_t>(at + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail();
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    out.resize(done);
    return out;
  }
  // All of it or nothing.
  void write(std::uint64_t at, std::string_view bytes) const {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t put = pwrite(descriptor_, bytes.data() + done, bytes.size() - done,
                                 static_cast<off_t>(at + done));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) {
        const int error = errno;
        truncate(at);
        errno = error;
        fail();
      }
      done += static_cast<std::size_t>(put);
    }
  }
  void truncate(std::uint64_t size) const {
    // What is left behind is no whole record, and written over by the next.
    if (ftruncate(descriptor_, static_cast<off_t>(size)) != 0) errno = 0;
  }
  void sync() const {
    if (fdatasync(descriptor_) != 0) fail();
  }

 private:
  int descriptor_;
};

Segments::Segments(const std::filesystem::path& directory, std::uint64_t segmentBytes)
    : directory_(directory), segmentBytes_(segmentBytes) {
  list();
  restorePosition();
  for (const Segment& segment : segments_) backlog_ += segment.waiting;
  // A new one, so that nothing is written behind what a crash has left.
  beginSegment();
}

Segments::~Segments() = default;

std::filesystem::path Segments::pathOf(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  constexpr std::size_t kDigits = 10;
  digits.insert(0, kDigits - std::min(kDigits, digits.size()), '0');
  return directory_.path() / digits.append(kSuffix);
}

void Segments::list() {
  std::vector<std::uint64_t> numbers;
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
    std::string name = entry.path().filename();
    if (!name.ends_with(kSuffix)) continue;
    name.resize(name.size() - kSuffix.size());
    if (const auto number = parseUnsigned(name)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  for (const std::uint64_t number : numbers) segments_.push_back({number});
  if (!numbers.empty()) nextNumber_ = numbers.back() + 1;
}

// Without a position that makes sense everything is sent again, which does no harm.
void Segments::restorePosition() {
  std::uint64_t number = 0;
  try {
    constexpr std::size_t kMostBytes = 64;
    const std::string text = File(directory_.path() / "position", O_RDONLY).read(0, kMostBytes);
    const std::size_t space = text.find(' ');
    const std::size_t end = text.find('\n');
    if (space != std::string::npos && end != std::string::npos && space < end) {
      number = parseUnsigned(std::string_view(text).substr(0, space)).value_or(0);
      offset_ =
          parseUnsigned(std::string_view(text).substr(space + 1, end - space - 1)).value_or(0);
    }
  } catch (const std::system_error&) {
    // There is none yet.
  }
  while (!segments_.empty() && segments_.front().number < number) {
    unlink(pathOf(segments_.front().number).c_str());
    segments_.pop_front();
  }
  nextNumber_ = std::max(nextNumber_, number + 1);
  if (segments_.empty() || segments_.front().number != number) offset_ = 0;
  for (Segment& segment : segments_) {
    segment = scanned(segment.number, &segment == &segments_.front() ? offset_ : 0);
  }
}

// What waits in a segment from there on; its file is cut behind its last whole record.
Segments::Segment Segments::scanned(std::uint64_t number, std::uint64_t from) const {
  Segment segment{number, from};
  const File file(pathOf(number), O_RDWR);
  struct stat status {};
  if (stat(pathOf(number).c_str(), &status) != 0) fail();
  const auto size = static_cast<std::uint64_t>(status.st_size);
  while (segment.size < size) {
    const auto head = recordHead(file.read(segment.size, RecordHead::kBytes));
    if (!head && size - segment.size >= RecordHead::kBytes) {
      // Damaged, and not cut off: front() will come across it.
      segment.size = size;
      break;
    }
    if (!head || segment.size + RecordHead::kBytes + head->bytes > size) {
      file.truncate(segment.size);
      break;
    }
    const Backlog one = backlogOf(*head);
    segment.waiting += one;
    segment.size += one.bytes;
  }
  return segment;
}

void Segments::beginSegment() {
  auto file = std::make_unique<File>(pathOf(nextNumber_), O_RDWR | O_CREAT | O_EXCL);
  writing_ = std::move(file);
  segments_.push_back({nextNumber_++});
}

void Segments::append(const Block& block) {
  if (segments_.back().size >= segmentBytes_) {
    if (writing_ != nullptr) writing_->sync();
    beginSegment();
  }
  const std::string bytes = record(block);
  Segment& segment = segments_.back();
  writing_->write(segment.size, bytes);
  segment.size += bytes.size();
  segment.waiting += backlogOf(block);
  backlog_ += backlogOf(block);
}

void Segments::sync() { writing_->sync(); }

std::optional<Block> Segments::front() {
  while (true) {
    const Segment& segment = segments_.front();
    if (offset_ >= segment.size) {
      if (segments_.size() == 1) return std::nullopt;
      dropFirst();
      continue;
    }
    try {
      if (reading_ == nullptr) reading_ = std::make_unique<File>(pathOf(segment.number), O_RDONLY);
      if (const auto head = recordHead(reading_->read(offset_, RecordHead::kBytes))) {
        auto block = recordBlock(reading_->read(offset_, RecordHead::kBytes + head->bytes));
        if (block) {
          frontBytes_ = RecordHead::kBytes + head->bytes;
          frontTime_ = block->time;
          return block;
        }
      }
    } catch (const std::system_error&) {
      // As damaged as what cannot be understood.
    }
    ++corrupt_;
    passOverRest();
  }
}

// Of the oldest segment, whose records cannot be told from each other any more.
void Segments::passOverRest() {
  Segment& segment = segments_.front();
  backlog_ -= segment.waiting;
  segment.waiting = {};
  offset_ = segment.size;
  if (segments_.size() > 1) return;
  try {
    // What follows goes where it can be found after a start too.
    beginSegment();
  } catch (const std::system_error&) {
    // It goes behind what is damaged, then.
  }
}

void Segments::pop() {
  Segment& segment = segments_.front();
  const auto block = recordHead(reading_->read(offset_, RecordHead::kBytes));
  if (block) {
    segment.waiting -= backlogOf(*block);
    backlog_ -= backlogOf(*block);
  }
  offset_ += frontBytes_;
  frontTime_.reset();
  if (offset_ >= segment.size && segments_.size() > 1) dropFirst();
  savePosition();
}

Backlog Segments::dropOldest() {
  if (segments_.size() == 1) return {};
  const Backlog dropped = segments_.front().waiting;
  backlog_ -= dropped;
  dropFirst();
  savePosition();
  return dropped;
}

void Segments::dropFirst() {
  unlink(pathOf(segments_.front().number).c_str());
  segments_.pop_front();
  reading_ = nullptr;
  offset_ = 0;
  frontTime_.reset();
}

void Segments::savePosition() const {
  const std::filesystem::path position = directory_.path() / "position";
  const std::filesystem::path next = directory_.path() / "position.new";
  const std::string text =
      std::to_string(segments_.front().number) + " " + std::to_string(offset_) + "\n";
  File(next, O_WRONLY | O_CREAT | O_TRUNC).write(0, text);
  std::filesystem::rename(next, position);
}

std::optional<std::int64_t> Segments::oldestTime() const {
  if (backlog_.blocks == 0) return std::nullopt;
  return frontTime_;
}

}  // namespace orchestrator_exporter::remote_write
