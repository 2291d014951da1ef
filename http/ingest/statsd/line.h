#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::http::statsd {

// Which ways of writing tags are understood; the others are taken for parts of the name, or passed
// over.
struct TagDialects {
  bool dogStatsd = true;  // name:1|c|#tag:value,tag:value
  bool influxDb = true;   // name,tag=value,tag=value:1|c
  bool librato = true;    // name#tag=value,tag=value:1|c
  bool signalFx = true;   // name[tag=value,tag=value]:1|c
};

// The type letters of StatsD. A timer's milliseconds have become seconds in its value.
enum class SampleType : std::uint8_t { kCounter, kGauge, kTimer, kDistribution, kSet };

struct Tag {
  std::string_view name;
  std::string_view value;
};

struct Sample {
  SampleType type = SampleType::kCounter;
  bool relative = false;       // a gauge's value begins with a sign: it is a change
  double value = 0;            // as written, but for a timer
  std::string_view text = {};  // the value as it came: a set's member
  double rate = 1;             // of sampling, above 0 and at most 1
};

// What can be wrong with a line or with one of its samples.
enum class SampleError : std::uint8_t {
  kMalformedLine,
  kNotEnoughParts,
  kMalformedComponent,
  kMalformedValue,
  kMixedTaggingStyles,
  kInvalidAggregateType,
  kInvalidSampleFactor,
  kIllegalEvent,
  kMalformedContainerId,
  kMalformedTimestamp,
};
inline constexpr std::size_t kSampleErrors = 10;
// "malformed_line", as statsd_exporter calls it.
std::string_view nameOf(SampleError error);

// One line of the StatsD protocol, taken apart. Its views point into the line, or into `joined`.
struct Line {
  std::string_view name;
  std::vector<Tag> tags;        // of all samples
  std::vector<Sample> samples;  // those that can be used
  std::uint32_t received = 0;   // samples, faulty ones too
  std::array<std::uint32_t, kSampleErrors> errors = {};
  std::uint32_t tagErrors = 0;
  std::string joined;  // a name that tags stood in the middle of

  bool isFaultless() const;
};

// What a value says: a decimal number, finite unless it is the new value of a gauge. False if it is
// none. Timers are made seconds.
bool readValue(std::string_view text, Sample& sample);

// Takes lines apart: `name:value|type[|@rate][|#tag:v,tag:v]`, without their line end. Several
// values (`name:1:2|d`) and several samples (`name:1|c:2|ms`) are understood; DogStatsD's container
// ids and timestamps are passed over, and so are its events (`_e{`) and service checks (`_sc|`). A
// tag without a value, and a sample that makes no sense, cost themselves; two tagging styles cost
// the line.
class LineParser {
 public:
  explicit LineParser(const TagDialects& dialects) : dialects_(dialects) {}

  // Valid until the next call, and as long as the text.
  const Line& parse(std::string_view text);

 private:
  void parseName(std::string_view name);
  void parseTags(std::string_view tags, char separator);
  void parseTag(std::string_view tag, char separator);
  void parseSamples(std::string_view rest);
  bool parseSample(std::string_view& rest);
  // False if the sample is lost.
  bool parseExtension(std::string_view component, double& rate);
  void addSamples(std::string_view values, std::string_view type, double rate);
  bool fail(SampleError error) {
    ++line_.errors[static_cast<std::size_t>(error)];
    return false;
  }

  const TagDialects dialects_;
  Line line_;
};

}  // namespace orchestrator_exporter::http::statsd
