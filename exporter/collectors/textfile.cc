#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/glob.h"
#include "metrics/exposition/text_parser.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectoryFlag = "collector.textfile.directory";

ParsedText parseFile(Kernel& kernel, const std::string& path) {
  const std::string place = std::filesystem::absolute(path).string();
  ParsedText text = parseText(path, kernel.require(kernel.path(place)).text);
  if (const auto line = text.firstTimestampLine()) {
    throw ParseError(path, *line, "expected no timestamp: samples are as old as their scrape");
  }
  return text;
}

// Whole seconds; the fraction is cut off, before 1970 too.
double modificationTime(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) throw ReadError(errno, path);
  const bool cutUpwards = status.st_mtim.tv_sec < 0 && status.st_mtim.tv_nsec > 0;
  return static_cast<double>(status.st_mtim.tv_sec + (cutUpwards ? 1 : 0));
}

// The series that were given so far.
class GivenSeries {
 public:
  // False for one that was given before. Compares hashes: two series of 64 equal bits are not met.
  bool add(std::string_view family, std::span<const Label> labels) {
    std::uint64_t hash = std::hash<std::string_view>{}(family);
    for (const Label& label : labels) {
      hash = mix(hash, std::hash<std::string_view>{}(label.name));
      hash = mix(hash, std::hash<std::string_view>{}(label.value));
    }
    return hashes_.insert(hash).second;
  }

 private:
  static std::uint64_t mix(std::uint64_t hash, std::uint64_t more) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio
    return (hash ^ more) * kOdd + (hash >> 29);
  }

  std::unordered_set<std::uint64_t> hashes_;
};

// The families of all files, and what decides which of them can stand beside each other.
class Merge {
 public:
  // Takes the families of a file; false if one of them has another HELP text than a file before.
  bool add(const std::string& path, ParsedText text);
  // Gives them, and complains of what another family or sample of a file leaves no room for.
  void give(Sink& out, Complaints& complaints) const;

 private:
  struct Name {
    std::string_view help;  // the first that a file gave
    bool conflicts = false;
    std::string files;  // that have the family
  };
  struct File {
    std::string path;
    ParsedText text;
  };
  struct FamilyOfFile {
    const File* file;
    const ParsedFamily* family;
  };
  struct Given {
    std::string help;
    MetricType type;
  };

  std::string helpOf(const ParsedFamily& family) const;

  std::deque<File> files_;
  std::vector<FamilyOfFile> families_;
  std::unordered_map<std::string_view, Name> names_;
};

bool Merge::add(const std::string& path, ParsedText text) {
  bool fits = true;
  const File& file = files_.emplace_back(File{path, std::move(text)});
  for (const ParsedFamily& family : file.text.families()) {
    Name& name = names_[family.name];
    name.conflicts |= !name.help.empty() && !family.help.empty() && family.help != name.help;
    if (name.conflicts) {
      fits = false;
      continue;
    }
    if (name.help.empty()) name.help = family.help;
    name.files += (name.files.empty() ? "" : ", ") + path;
    families_.push_back({&file, &family});
  }
  return fits;
}

std::string Merge::helpOf(const ParsedFamily& family) const {
  if (!family.help.empty()) return std::string(family.help);
  return "Read without a help text from " + names_.at(family.name).files + ".";
}

bool areNamed(const std::vector<Label>& labels, const std::vector<std::string_view>& names) {
  return std::equal(labels.begin(), labels.end(), names.begin(), names.end(),
                    [](const Label& label, std::string_view name) { return label.name == name; });
}

// The labels that any sample of the family has.
std::vector<std::string_view> labelNames(const ParsedFamily& family) {
  std::vector<std::string_view> names;
  for (const ParsedSample& sample : family.samples) {
    if (areNamed(sample.labels, names)) continue;
    for (const Label& label : sample.labels) names.push_back(label.name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }
  return names;
}

void giveSample(const ParsedSample& sample, MetricType type, std::span<const Label> labels,
                FamilySink& out) {
  const ParsedDistribution& distribution = sample.distribution;
  if (type == MetricType::kHistogram) {
    out.histogram(
        {.buckets = distribution.buckets, .count = distribution.count, .sum = distribution.sum},
        labels);
  } else if (type == MetricType::kSummary) {
    out.summary(
        {.quantiles = distribution.quantiles, .count = distribution.count, .sum = distribution.sum},
        labels);
  } else {
    out.sample(sample.value, labels, {});
  }
}

// A label that a sample lacks and another of the family has is there with an empty value. False if
// a sample of the same labels was given before.
bool giveSamples(const ParsedFamily& family, GivenSeries& given, FamilySink& out) {
  const std::vector<std::string_view> names = labelNames(family);
  std::vector<Label> labels;
  bool allNew = true;
  for (const ParsedSample& sample : family.samples) {
    labels.clear();
    auto own = sample.labels.begin();
    for (const std::string_view name : names) {
      const bool has = own != sample.labels.end() && own->name == name;
      labels.push_back({name, has ? (own++)->value : std::string_view()});
    }
    allNew &= given.add(family.name, labels);
    giveSample(sample, family.type, labels, out);
  }
  return allNew;
}

// Of families with one name and different types or HELP texts the first stands; and of a histogram
// or summary and the families that have the names of its samples.
void Merge::give(Sink& out, Complaints& complaints) const {
  std::unordered_map<std::string, Given> given;
  GivenSeries series;
  const auto isTaken = [&](const ParsedFamily& family, std::string_view suffix) {
    return given.contains(std::string(family.name).append(suffix));
  };
  const auto hasRoom = [&](const ParsedFamily& family) {
    const bool histogram = family.type == MetricType::kHistogram;
    if (histogram && isTaken(family, "_bucket")) return false;
    if (!histogram && family.type != MetricType::kSummary) return true;
    return !isTaken(family, "_sum") && !isTaken(family, "_count");
  };
  for (const auto& [file, family] : families_) {
    const auto complain = [&, path = &file->path, name = family->name](std::string_view what) {
      complaints.add(*path + ": " + std::string(name) + " " + std::string(what));
    };
    if (!hasRoom(*family)) {
      complain("is left out: another family has the names of its samples");
      continue;
    }
    const std::string help = helpOf(*family);
    const auto [known, isNew] =
        given.try_emplace(std::string(family->name), Given{help, family->type});
    if (known->second.type != family->type || known->second.help != help) {
      complain("is left out: it has another type or HELP text than in a file before");
      continue;
    }
    if (!giveSamples(*family, series, out.family({family->name, help, family->type, {}}))) {
      complain("has a sample twice, of which the first is given");
    }
  }
}

class Textfile final : public Collector {
 public:
  explicit Textfile(const Flags& flags) : patterns_(flags.list(kDirectoryFlag)) {
    std::erase(patterns_, "");
  }

  bool mayBlock() const override { return !patterns_.empty(); }
  std::string complaint() const override { return complaints_.text(); }

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    modified_.clear();
    Merge merge;
    for (const std::string& pattern : patterns_) {
      std::vector<std::string> directories = expandGlob(pattern);
      if (directories.empty()) directories.push_back(pattern);
      for (const std::string& directory : directories) readDirectory(kernel, directory, merge);
    }
    // The files come first, so that what they say of the families below stands.
    merge.give(out, complaints_);
    for (const auto& [path, time] : modified_) {
      out.gauge("node_textfile_mtime_seconds", "When a text file was last written, Unix time.")
          .add(time, {{"file", path}});
    }
    out.gauge("node_textfile_scrape_error",
              "Whether a directory or file of the last run could not be read or merged.")
        .add(complaints_.text().empty() ? 0 : 1);
  }

 private:
  void readDirectory(Kernel& kernel, const std::string& directory, Merge& merge);
  void readFile(Kernel& kernel, const std::string& path, Merge& merge);

  std::vector<std::string> patterns_;
  std::vector<std::pair<std::string, double>> modified_;  // of the files read
  Complaints complaints_;
};

void Textfile::readDirectory(Kernel& kernel, const std::string& directory, Merge& merge) {
  std::vector<std::string_view> names;
  try {
    const std::string place = std::filesystem::absolute(directory).string();
    if (const auto found = kernel.list(place)) {
      names = *found;
    } else {
      complaints_.add(directory + ": no such directory");
    }
  } catch (const ReadError& error) {
    complaints_.add(error.what());
  }
  for (const std::string_view name : names) {
    if (!name.ends_with(".prom")) continue;
    const auto path = std::filesystem::path(directory) / name;
    readFile(kernel, path.lexically_normal().string(), merge);
  }
}

// A file that makes no sense must not cost the others.
void Textfile::readFile(Kernel& kernel, const std::string& path, Merge& merge) {
  try {
    ParsedText text = parseFile(kernel, path);
    const double modified = modificationTime(path);
    if (!merge.add(path, std::move(text))) {
      complaints_.add(path + ": a family has another HELP text than in a file before");
    }
    modified_.emplace_back(path, modified);
  } catch (const std::runtime_error& error) {
    complaints_.add(error.what());
  }
}

const RegisterCollector<Textfile> textfile{
    {.name = "textfile",
     .flags = {listFlag(std::string(kDirectoryFlag),
                        "Directory whose files *.prom are served too; may be a glob pattern.")},
     .reads = "*.prom in the directories of --collector.textfile.directory"}};

}  // namespace

}  // namespace orchestrator_exporter
