#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "exporter/kernel/arena.h"
#include "exporter/kernel/descriptor.h"
#include "exporter/kernel/roots.h"

namespace orchestrator_exporter {

// Reads whole files and directories and keeps the descriptors of those on procfs and sysfs open.
// Never keeps a file below proc/<pid> of another process than 1 and this one: its descriptor would
// outlive the process. Paths are those that Roots::resolve() takes. For one thread at a time.
class DescriptorCache {
 public:
  // `roots` must outlive the cache.
  explicit DescriptorCache(const Roots& roots);

  struct Result {
    std::string_view text;
    int error = 0;  // errno
  };
  // How the end of a file is found: by reading until nothing comes, by the first answer that is
  // shorter than it could be, or by the first that leaves room in a page for one more record of up
  // to kShortRecord bytes (seq_file of the kernel ends an answer where a record does not fit).
  enum class End : std::uint8_t { kSought, kShortAnswer, kShortRecords };
  static constexpr std::size_t kShortRecord = 1024;
  // The content of the file, valid until the arena is reset. Files that are not regular give EINVAL.
  Result read(std::string_view path, Arena& arena, End end = End::kSought);

  struct Listing {
    std::vector<std::string_view> names;
    int error = 0;  // errno
  };
  enum class Listed : std::uint8_t { kAll, kNoPlainFiles };
  // The names in the directory without . and .., in no order, valid until the arena is reset.
  Listing list(std::string_view path, Arena& arena, Listed listed = Listed::kAll);
  bool exists(std::string_view path);
  // False only if the file was read before and the kernel, which tells of changes of this one by
  // poll(2), has told of none since the last call. For files such as proc/<pid>/mountinfo.
  bool mayHaveChanged(std::string_view path);

  // From now on what is missing is not looked for again, and what comes and goes with an event alone
  // (directories of devices, how a network device got its name) is not read again, before
  // lookAnew(). Not so files of processes and cgroups, and those outside procfs and
  // sysfs, which come and go without a word.
  void rememberWhatIsMissing() { remembersMissing_ = true; }
  // What was missing is looked for again, what was remembered is read again, and directories that
  // were empty are opened: they may be others by now.
  void lookAnew();
  // Ends a scrape: files that the last few scrapes did not read are closed.
  void age();

 private:
  struct Entry {
    Descriptor descriptor;
    std::uint32_t lastUsed = 0;
    std::uint32_t expectedBytes = 0;
    bool inOneRead = false;  // one read gives all there is
    bool empty = false;      // as a directory
    // What it says, or has as a directory, until lookAnew().
    std::optional<std::string> text = {};
    std::optional<std::vector<std::string>> names = {};
    Listed listed = Listed::kAll;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  // Does `use(Entry&)`, which returns something with an error, on the kept entry of this path, or
  // on one that `open` makes.
  template <typename Open, typename Use>
  auto useEntry(std::string_view path, Open open, Use use);
  bool mayKeep(std::string_view path, Entry& entry) const;
  void noteMissing(std::string_view path, int error);
  bool isKnownToBeMissing(std::string_view path) const {
    return !missing_.empty() && missing_.contains(path);
  }
  static Result readAll(Entry& entry, Arena& arena, End end);
  static Listing listAll(Entry& entry, Arena& arena, Listed listed);
  static Result readRemembered(Entry& entry, Arena& arena, End end);
  static Listing listRemembered(Entry& entry, Arena& arena, Listed listed);

  const Roots& roots_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
  std::unordered_set<std::string, Hash, std::equal_to<>> missing_;
  std::size_t mostEntries_;
  std::uint32_t scrape_ = 0;
  bool remembersMissing_ = false;
};

}  // namespace orchestrator_exporter
