#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/generated_name.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/literal.h"

namespace orchestrator_exporter {

namespace {

constexpr char kIncludeFlag[] = "collector.sysctl.include";
constexpr char kInfoFlag[] = "collector.sysctl.include-info";

std::string familyName(const std::string& setting) {
  std::string name = "node_sysctl_";
  appendGeneratedName(name, setting);
  return name;
}

// One value of a flag: `net.ipv4.tcp_rmem` or, with a name for each of its values,
// `net.ipv4.tcp_rmem:min,default,max`.
struct Setting {
  explicit Setting(const std::string& flag) : name(flag.substr(0, flag.find(':'))) {
    path = "proc/sys/" + name;
    std::replace(path.begin(), path.end(), '.', '/');
    family = familyName(name);
    help = "Value of the kernel setting " + name + ".";
    if (name.size() == flag.size()) return;
    std::string_view keys = std::string_view(flag).substr(name.size() + 1);
    while (true) {
      const std::size_t comma = std::min(keys.find(','), keys.size());
      familyOfKey.push_back(family + "_" + std::string(keys.substr(0, comma)));
      if (comma == keys.size()) return;
      keys.remove_prefix(comma + 1);
    }
  }

  std::string name;
  std::string path;
  std::string family;
  std::vector<std::string> familyOfKey;
  std::string help;
};

std::vector<Setting> settings(const std::vector<std::string>& flags) {
  return {flags.begin(), flags.end()};
}

class Sysctl final : public Collector {
 public:
  explicit Sysctl(const Flags& flags)
      : numeric_(settings(flags.list(kIncludeFlag))), texts_(settings(flags.list(kInfoFlag))) {}

 private:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    for (const Setting& setting : numeric_) {
      complaints_.attempt([&] { reportNumbers(kernel, setting, out); });
    }
    for (const Setting& setting : texts_) {
      complaints_.attempt([&] { reportTexts(kernel, setting, out); });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

  void reportNumbers(Kernel& kernel, const Setting& setting, Sink& out) {
    const std::vector<std::string_view> words = read(kernel, setting);
    std::vector<double> values;
    for (const std::string_view word : words) {
      values.push_back(numberIn(setting, word));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!setting.familyOfKey.empty()) {
        out.untyped(setting.familyOfKey[i], setting.help).add(values[i]);
      } else if (values.size() == 1) {
        out.untyped(setting.family, setting.help).add(values[i]);
      } else {
        out.untyped(setting.family, setting.help).add(values[i], {{"index", std::to_string(i)}});
      }
    }
  }

  // Some, such as kernel.shmmax, use all 64 bits without a sign.
  static double numberIn(const Setting& setting, std::string_view word) {
    if (const auto value = parseIntegerLiteral(word)) return static_cast<double>(*value);
    if (const auto value = parseUnsignedLiteral(word)) return static_cast<double>(*value);
    throw ParseError(setting.path, 1, "a whole number", word);
  }

  void reportTexts(Kernel& kernel, const Setting& setting, Sink& out) {
    const std::vector<std::string_view> words = read(kernel, setting);
    if (!setting.familyOfKey.empty()) {
      throw ParseError("--" + std::string(kInfoFlag) + ": " + setting.name +
                       ": texts cannot be given names");
    }
    const auto info = out.gauge("node_sysctl_info", "Text of a kernel setting.");
    for (std::size_t i = 0; i < words.size(); ++i) {
      info.add(1, {{"index", std::to_string(i)}, {"name", setting.name}, {"value", words[i]}});
    }
  }

  // The words of a setting, as many as it has names.
  std::vector<std::string_view> read(Kernel& kernel, const Setting& setting) {
    const std::string_view whole = kernel.require(setting.path).text;
    const std::string_view text = trim(whole.substr(0, kAttributeBytes));
    if (trim(whole).size() > kAttributeBytes) {
      complaints_.add(setting.path + ": only the first 128 bytes are given");
    }
    std::vector<std::string_view> words;
    for (const Row& row : Rows(setting.path, text)) {
      for (std::size_t i = 0; i < row.size(); ++i) words.push_back(row.word(i));
    }
    if (words.empty()) throw ParseError(setting.path, 1, "a value", text);
    const std::size_t names = setting.familyOfKey.size();
    if (names != 0 && words.size() == 1) {
      throw ParseError(setting.path, 1, "several values", text);
    }
    if (names != 0 && words.size() != names) {
      throw ParseError(setting.path, 1, std::to_string(names) + " values", text);
    }
    return words;
  }

  std::vector<Setting> numeric_;
  std::vector<Setting> texts_;
  Complaints complaints_;
};

const RegisterCollector<Sysctl> sysctl{
    {.name = "sysctl",
     .onByDefault = kOffByDefault,
     .flags = {listFlag(kIncludeFlag,
                        "Setting whose numbers to give, as NAME or as NAME:KEY,KEY,... with a key "
                        "for each number."),
               listFlag(kInfoFlag, "Setting whose words to give as labels.")},
     .reads = "proc/sys/<name, with . for />"}};

}  // namespace

}  // namespace orchestrator_exporter
