#include "exporter/kernel/storage/raid_status.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDigits = "0123456789";

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

std::int64_t count(std::string_view text, std::string_view word) {
  std::int64_t found = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + word.size())) {
    ++found;
  }
  return found;
}

// Two numbers with a slash between them and a bracket around them: `[2/1]`, `(16775552/195310144)`.
struct Fraction {
  std::string_view numerator;
  std::string_view denominator;
  std::string_view rest;  // of the text, behind the closing bracket
};

std::optional<Fraction> fractionAt(std::string_view text, char close) {
  const auto takeDigits = [&text] {
    const std::string_view digits =
        text.substr(0, std::min(text.find_first_not_of(kDigits), text.size()));
    text.remove_prefix(digits.size());
    return digits;
  };
  Fraction fraction;
  fraction.numerator = takeDigits();
  if (fraction.numerator.empty() || !text.starts_with('/')) return std::nullopt;
  text.remove_prefix(1);
  fraction.denominator = takeDigits();
  if (fraction.denominator.empty() || !text.starts_with(close)) return std::nullopt;
  fraction.rest = text.substr(1);
  return fraction;
}

// The last `[required/active] [UU_]` behind the word blocks.
std::optional<Fraction> diskCounts(std::string_view text) {
  const std::size_t blocks = text.find(" blocks ");
  if (blocks == std::string_view::npos || blocks == 0 ||
      kDigits.find(text[blocks - 1]) == std::string_view::npos) {
    return std::nullopt;
  }
  text.remove_prefix(blocks + std::string_view(" blocks ").size());
  for (std::size_t open = text.rfind('['); open != std::string_view::npos;
       open = open == 0 ? std::string_view::npos : text.rfind('[', open - 1)) {
    const auto counts = fractionAt(text.substr(open + 1), ']');
    if (!counts || !counts->rest.starts_with(" [")) continue;
    const std::string_view disks = counts->rest.substr(2);
    const std::size_t end = disks.find_first_not_of("U_");
    if (end != 0 && end != std::string_view::npos && disks[end] == ']') return counts;
  }
  return std::nullopt;
}

constexpr std::string_view kBlocks = " blocks";

// What goes on in an array, by the words that the kernel has for it, and what waits for it.
struct Activity {
  std::string_view word;
  std::string_view state;
};
// A check is a kind of resync, and is told by its own word.
constexpr Activity kActivities[] = {
    {"recover", "recovering"},
    {"reshape", "reshaping"},
    {"check", "checking"},
    {"resync", "resyncing"},
};
// Another node of a cluster does what is REMOTE.
constexpr std::string_view kNotHere[] = {"PENDING", "DELAYED", "REMOTE"};

const Activity* activityIn(std::string_view text) {
  const auto found =
      std::find_if(std::begin(kActivities), std::end(kActivities),
                   [&](const Activity& activity) { return contains(text, activity.word); });
  return found == std::end(kActivities) ? nullptr : &*found;
}

bool isStatus(const Row& row) { return contains(row.text(), kBlocks); }
bool isProgress(const Row& row) {
  return contains(row.text(), "=") && !contains(row.text(), "bitmap") &&
         activityIn(row.text()) != nullptr;
}

// `md0 : active raid1 sdb1[1] sda1[0]`.
bool isArray(const Row& row) {
  return row.find(1) == ":" && row.word(0) != "Personalities" && !row.text().starts_with(' ');
}

std::int64_t number(const Row& row, std::string_view digits) {
  if (const auto value = parseInteger(digits)) return *value;
  throw row.error("a number of at most 63 bits", digits);
}

void readStatus(const Row& status, RaidArray& array) {
  array.blocks = status.integer(0);
  if (array.disksRequired) return;
  const auto counts = diskCounts(status.text());
  if (!counts) throw status.error("blocks and disks such as [2/2] [UU]", status.text());
  array.disksRequired = number(status, counts->numerator);
  array.disksActive = number(status, counts->denominator);
}

std::int64_t blocksSynced(const Row& row) {
  const std::string_view text = row.text();
  std::optional<Fraction> blocks;
  for (std::size_t open = text.find('('); open != std::string_view::npos && !blocks;
       open = text.find('(', open + 1)) {
    blocks = fractionAt(text.substr(open + 1), ')');
  }
  if (!blocks || !parseInteger(blocks->denominator)) {
    throw row.error("the progress of an array", text);
  }
  return number(row, blocks->numerator);
}

class StatusParser {
 public:
  explicit StatusParser(std::vector<ParseError>& refusals) : refusals_(refusals) {}

  std::vector<RaidArray> parse(const KernelFile& file) {
    std::vector<Row> rows;
    for (const Row& row : file.rows()) rows.push_back(row);
    std::vector<RaidArray> arrays;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!isArray(rows[i])) continue;
      attempt([&] {
        const Stanza stanza = Stanza(rows).subspan(i, endOf(rows, i) - i);
        arrays.push_back(arrayOf(stanza.front()));
        readBelow(stanza, arrays.back());
      });
    }
    return arrays;
  }

 private:
  using Stanza = std::span<const Row>;

  // Where the lines about an array end: before the next array, or before a second line of status,
  // which belongs to an array whose first line was not understood.
  static std::size_t endOf(const std::vector<Row>& rows, std::size_t begin) {
    bool hasStatus = false;
    std::size_t end = begin + 1;
    for (; end < rows.size() && !isArray(rows[end]); ++end) {
      if (!isStatus(rows[end])) continue;
      if (hasStatus) break;
      hasStatus = true;
    }
    return end;
  }

  static RaidArray arrayOf(const Row& device) {
    if (device.size() < 3) throw device.error("an array and its state", device.text());
    RaidArray array{.name = device.word(0), .state = device.word(2)};
    array.disksFailed = count(device.text(), "(F)");
    array.disksSpare = count(device.text(), "(S)");
    if (contains(device.text(), "raid0") || contains(device.text(), "linear")) {
      array.disksRequired = array.disksActive = count(device.text(), "[");
    } else if (contains(device.text(), "inactive")) {
      array.disksRequired = array.disksActive = 0;
    }
    return array;
  }

  // Below an array's own line stand one of status and, while something goes on, one of progress.
  void readBelow(Stanza stanza, RaidArray& array) {
    const Row& device = stanza.front();
    const Stanza below = stanza.subspan(1);
    attempt([&] {
      const auto status = std::find_if(below.begin(), below.end(), isStatus);
      if (status == below.end()) throw device.error("a line about blocks below", device.text());
      readStatus(*status, array);
    });
    const auto progress = std::find_if(below.begin(), below.end(), isProgress);
    if (progress == below.end()) {
      array.blocksSynced = array.blocks;
    } else {
      attempt([&] { readProgress(*progress, array); });
    }
  }

  static void readProgress(const Row& row, RaidArray& array) {
    array.state = activityIn(row.text())->state;
    const bool waits = std::any_of(std::begin(kNotHere), std::end(kNotHere),
                                   [&](auto word) { return contains(row.text(), word); });
    array.blocksSynced = waits ? 0 : blocksSynced(row);
  }

  template <typename Act>
  void attempt(Act act) {
    try {
      act();
    } catch (const ParseError& refusal) {
      refusals_.push_back(refusal);
    }
  }

  std::vector<ParseError>& refusals_;
};

}  // namespace

std::vector<RaidArray> parseRaidStatus(const KernelFile& mdstat,
                                       std::vector<ParseError>& refusals) {
  return StatusParser(refusals).parse(mdstat);
}

}  // namespace orchestrator_exporter
