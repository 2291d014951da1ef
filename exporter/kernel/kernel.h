#pragma once

#include <any>
#include <chrono>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "exporter/kernel/arena.h"
#include "exporter/kernel/descriptor_cache.h"
#include "exporter/kernel/roots.h"
#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

// A file, or a call, that the kernel refused; code() tells with which errno, what() the path too.
class ReadError : public std::system_error {
 public:
  ReadError(int error, std::string_view path)
      : std::system_error(error, std::generic_category(), std::string(path)) {}
};

// The text of a kernel file. Valid until the collector's run ends.
struct KernelFile {
  std::string_view path;
  std::string_view text;

  Rows rows() const { return {path, text}; }
  Row firstLine() const { return {path, 1, text.substr(0, text.find('\n'))}; }
};

// How collectors read the monitored host. Paths are those that Roots::resolve() takes, such as
// proc/stat and sys/class/net/eth0/mtu.
//
// Files on procfs and sysfs stay open between scrapes, because reading again from a kept descriptor
// costs a quarter of opening again. Only regular files are read, so that no FIFO blocks a scrape.
// One Kernel serves one thread at a time; all texts live until reset().
class Kernel {
 public:
  explicit Kernel(Roots roots);

  const Roots& roots() const { return roots_; }
  // Whether procfs and sysfs are those of a running kernel, and no trees of files.
  bool readsRunningKernel() const { return readsRunningKernel_; }

  // How the end of a file is found. Most files on procfs give parts of any length and are read
  // until nothing comes; of one that the kernel writes as a single record (single_open of
  // seq_file), or in short lines of equal length, an answer that does not fill the buffer is the
  // whole, and looking for more would make the kernel go through its tables once more. Of
  // attributes (sys/…, proc/sys/…) that is known. If no record is longer than a kilobyte, an answer
  // that leaves so much of a page free is the whole.
  using End = DescriptorCache::End;

  // The text of a file; nullopt if it does not exist (ENOENT, ENOTDIR) or where reading fails
  // with one of the errors `tolerated`. Throws ReadError for every other failure.
  std::optional<KernelFile> read(std::string_view path, std::initializer_list<int> tolerated = {},
                                 End end = End::kSought);
  // As read(), but nullopt whatever the reason: for files whose failure means nothing.
  std::optional<KernelFile> readIfPossible(std::string_view path, End end = End::kSought);
  // As read(), but throws ReadError also where the file does not exist.
  KernelFile require(std::string_view path, End end = End::kSought);

  // The first line of a file.
  std::optional<Row> readLine(std::string_view path, std::initializer_list<int> tolerated = {});
  // The text of an attribute without the white space around it.
  std::optional<std::string_view> readText(std::string_view path,
                                           std::initializer_list<int> tolerated = {});
  // An attribute that holds one unsigned whole number. Throws ParseError where it holds another
  // thing.
  std::optional<std::uint64_t> readUnsigned(std::string_view path,
                                            std::initializer_list<int> tolerated = {});
  // As readUnsigned, with a sign.
  std::optional<std::int64_t> readInteger(std::string_view path,
                                          std::initializer_list<int> tolerated = {});
  // The text of an attribute, or empty if it cannot be read for any reason.
  std::string_view textOrEmpty(std::string_view path);

  using Listed = DescriptorCache::Listed;
  // The names in a directory in byte order, without . and ..; nullopt if it does not exist or
  // fails with a tolerated error. Throws ReadError for every other failure.
  std::optional<std::vector<std::string_view>> list(std::string_view path,
                                                    std::initializer_list<int> tolerated = {},
                                                    Listed listed = Listed::kAll);
  bool exists(std::string_view path);
  // Whether a file of which the kernel tells by poll(2) that it changed (proc/<pid>/mountinfo) may
  // be another than at the last call: false only on a running kernel, for a file that stays open.
  bool mayHaveChanged(std::string_view path) {
    return !readsRunningKernel_ || descriptors_.mayHaveChanged(path);
  }
  // Where a symbolic link points, as it is written in it; nullopt if there is none.
  std::optional<std::string> linkTarget(std::string_view path) const;

  // The path in the file system of this process.
  std::string resolve(std::string_view path) const { return roots_.resolve(path); }
  // The pieces joined, valid until reset(): kernel.path("sys/class/net/", device, "/mtu").
  template <typename... Pieces>
  std::string_view path(const Pieces&... pieces) {
    return join({std::string_view(pieces)...});
  }

  // When the running collector must be done at the latest. What waits for an answer waits no longer
  // than this; it is far away where nobody set it.
  using Clock = std::chrono::steady_clock;
  Clock::time_point deadline() const { return deadline_; }
  void setDeadline(Clock::time_point deadline) { deadline_ = deadline; }

  // Takes all texts back; called between collectors.
  void reset() { arena_.reset(); }
  // What several collectors of one scrape need is made once, by the first, and kept until
  // endScrape(). One value of each type; it must not hold texts, which reset() takes back.
  template <typename Shared, typename Make>
  const Shared& shared(Make make) {
    for (const std::any& kept : shared_) {
      if (const auto* value = std::any_cast<Shared>(&kept)) return *value;
    }
    return *std::any_cast<Shared>(&shared_.emplace_back(make()));
  }
  // Closes the files that the last few scrapes did not read; called once a scrape.
  void endScrape() {
    descriptors_.age();
    shared_.clear();
  }
  // From now on what is missing on a running kernel's procfs or sysfs is not looked up again, and
  // what comes and goes with an event alone (directories of devices, how a network device got its
  // name) is not read again, before lookAnew(). Not so files of processes and cgroups, which come
  // and go without a word.
  void rememberWhatIsMissing() {
    if (readsRunningKernel_) descriptors_.rememberWhatIsMissing();
  }
  // Something may have come to the kernel or gone: what was missing or empty is looked up again.
  void lookAnew() { descriptors_.lookAnew(); }

 private:
  std::string_view join(std::initializer_list<std::string_view> pieces);
  DescriptorCache::Result readFile(std::string_view path, End end);

  Roots roots_;
  bool readsRunningKernel_ = false;
  Clock::time_point deadline_ = Clock::time_point::max();
  Arena arena_;
  DescriptorCache descriptors_;
  std::deque<std::any> shared_;  // stays in place as it grows
};

}  // namespace orchestrator_exporter
