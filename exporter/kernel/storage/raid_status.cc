#include "exporter/kernel/storage/raid_status.h"

#include <algorithm>
#include <optional>

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

// What stands between the first `begin` and the last `end` behind it; nullopt where that is
// nothing.
std::optional<std::string_view> between(std::string_view text, std::string_view begin,
                                        std::string_view end) {
  const std::size_t start = text.find(begin);
  if (start == std::string_view::npos) return std::nullopt;
  text.remove_prefix(start + begin.size());
  const std::size_t last = text.rfind(end);
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  return text.substr(0, last);
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

class StatusParser {
 public:
  explicit StatusParser(const KernelFile& file) {
    for (const Row& row : file.rows()) rows_.push_back(row);
  }

  std::vector<RaidArray> parse() {
    std::vector<RaidArray> arrays;
    bool personalitiesKnown = false;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::string_view text = rows_[i].text();
      if (trim(text).empty() || text.starts_with(' ') || text.starts_with("unused")) continue;
      if (!personalitiesKnown && text.starts_with("Personalities : ")) {
        personalitiesKnown = rows_[i].size() > 2;
      } else {
        arrays.push_back(parseArray(i));
      }
    }
    return arrays;
  }

 private:
  // An array has a line of its own, a line of status, and then, perhaps behind a line about its
  // bitmap, a line of progress while something goes on.
  RaidArray parseArray(std::size_t line) const {
    const Row& row = rows_[line];
    if (row.size() < 3) throw row.error("an array and its state", row.text());
    if (line + 2 >= rows_.size()) throw row.error("two more lines", row.text());
    RaidArray array;
    array.name = row.word(0);
    array.state = row.word(2);
    array.disksFailed = count(row.text(), "(F)");
    array.disksSpare = count(row.text(), "(S)");
    readStatus(row, rows_[line + 1], array);
    array.blocksSynced = array.blocks;
    const bool bitmap = contains(rows_[line + 2].text(), "bitmap");
    if (!bitmap || line + 3 < rows_.size()) readProgress(rows_[line + (bitmap ? 3 : 2)], array);
    return array;
  }

  static void readStatus(const Row& device, const Row& status, RaidArray& array) {
    array.blocks = status.integer(0);
    if (contains(device.text(), "raid0") || contains(device.text(), "linear")) {
      array.disksRequired = array.disksActive = count(device.text(), "[");
      return;
    }
    if (contains(device.text(), "inactive")) return;
    const auto counts = diskCounts(status.text());
    if (!counts) throw status.error("blocks and disks such as [2/2] [UU]", status.text());
    array.disksRequired = number(status, counts->numerator);
    array.disksActive = number(status, counts->denominator);
  }

  static void readProgress(const Row& row, RaidArray& array) {
    const std::string_view text = row.text();
    if (contains(text, "recovery")) {
      array.state = "recovering";
    } else if (contains(text, "reshape")) {
      array.state = "reshaping";
    } else if (contains(text, "check")) {
      array.state = "checking";
    } else if (contains(text, "resync")) {
      array.state = "resyncing";
    } else {
      return;
    }
    const bool waiting = contains(text, "PENDING") || contains(text, "DELAYED");
    array.blocksSynced = waiting ? 0 : readBlocksSynced(row);
  }

  static std::int64_t readBlocksSynced(const Row& row) {
    const std::string_view text = row.text();
    std::optional<Fraction> blocks;
    for (std::size_t open = text.find('('); open != std::string_view::npos && !blocks;
         open = text.find('(', open + 1)) {
      blocks = fractionAt(text.substr(open + 1), ')');
    }
    const auto percent = between(text, "= ", "%");
    const auto minutes = between(text, "finish=", "min");
    const auto speed = between(text, "speed=", "K");
    if (!blocks || !percent || !parseNumber(trim(*percent)) || !minutes || !parseNumber(*minutes) ||
        !speed || !parseNumber(*speed)) {
      throw row.error("the progress of an array", text);
    }
    number(row, blocks->denominator);
    return number(row, blocks->numerator);
  }

  static std::int64_t number(const Row& row, std::string_view digits) {
    if (const auto value = parseInteger(digits)) return *value;
    throw row.error("a number of at most 63 bits", digits);
  }

  std::vector<Row> rows_;
};

}  // namespace

std::vector<RaidArray> parseRaidStatus(const KernelFile& mdstat) {
  return StatusParser(mdstat).parse();
}

}  // namespace orchestrator_exporter
