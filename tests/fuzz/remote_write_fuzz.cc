#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "http/ingest/remote_write/decoding.h"
#include "http/ingest/remote_write/request_intake.h"
#include "http/ingest/snappy.h"
#include "http/server/message.h"
#include "metrics/base/errors.h"
#include "metrics/base/utf8.h"
#include "metrics/history.h"
#include "tests/fuzz/seeds.h"
#include "tests/support/remote_write_messages.h"

namespace {

using namespace orchestrator_exporter;

void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

// Takes every other sample, and holds what it is given against what a history is promised.
class CheckedIntake final : public HistoryIntake {
 public:
  std::vector<AppendResult> write(std::span<const WrittenSeries> series, std::int64_t) override {
    return take(series);
  }
  std::vector<AppendResult> write(std::span<const WrittenHistograms> series,
                                  std::int64_t) override {
    for (const WrittenHistograms& one : series) {
      for (const TimedHistogram& sample : one.samples) {
        const FloatHistogram& histogram = *sample.histogram;
        require(!histogram.hasCustomBounds() || histogram.negative.empty(), "buckets have bounds");
        histogram.disjointRanges();
      }
    }
    return take(series);
  }
  std::vector<AppendResult> append(std::span<const WrittenSeries> series, std::int64_t) override {
    return take(series);
  }
  void keep(std::span<const WrittenSeries>) override {}
  bool hasDisk() const override { return false; }
  void describe(std::span<const MetricMetadata> families) override {
    for (const MetricMetadata& family : families) {
      require(!family.family.empty() && isUtf8(family.family), "a family has a name");
      require(isUtf8(family.help) && isUtf8(family.unit), "what is said of a family is UTF-8");
    }
  }
  std::size_t given = 0;

 private:
  template <class Series>
  std::vector<AppendResult> take(std::span<const Series> series) {
    std::vector<AppendResult> results;
    for (const Series& one : series) {
      check(one.labels);
      for (std::size_t i = 0; i < one.samples.size(); ++i) {
        results.push_back(i % 2 == 0 ? AppendResult::kAppended : AppendResult::kConflict);
      }
    }
    given += results.size();
    return results;
  }

  static void check(std::span<const Label> labels) {
    bool isNamed = false;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto& [name, value] = labels[i];
      require(!name.empty() && !value.empty(), "no name and no value is empty");
      require(isUtf8(name) && isUtf8(value), "labels are UTF-8");
      require(i == 0 || labels[i - 1].name < name, "labels are sorted, each name once");
      isNamed = isNamed || name == "__name__";
    }
    require(isNamed, "a series has a metric name");
  }
};

}  // namespace

// The first byte says which version the others are, and whether they are packed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace rw = http::remote_write;
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string unpacked;
  try {
    constexpr std::size_t kMost = std::size_t{1} << 20;
    if ((data[0] & 2) != 0) bytes = unpacked = http::unsnappy(bytes, kMost);
    rw::WriteRequest request =
        (data[0] & 1) != 0 ? rw::decodeWriteRequest2(bytes) : rw::decodeWriteRequest(bytes);
    CheckedIntake intake;
    const rw::Outcome outcome = rw::giveTo(intake, request, 0);
    std::size_t points = request.samples.size();
    for (const auto& series : request.series) points += series.histograms;
    require(outcome.accepted + outcome.duplicate + outcome.rejected == points,
            "every point is counted once");
    require(outcome.isWhole() == outcome.reason.empty(), "what is refused has a reason");
    require(isUtf8(outcome.series), "the reason is UTF-8");
  } catch (const ParseError&) {
  } catch (const http::HttpError&) {
  }
  return 0;
}

std::vector<std::string> seeds() {
  const std::string request = orchestrator_exporter::test::writeRequest(
      {{{{"__name__", "a"}, {"b", "c"}}, {{1'000, 2}, {2'000, 3}}},
       {{{"__name__", "h"}}, {}, {orchestrator_exporter::test::histogramMessage(1'000, 3, 3)}}});
  // Of the second version: symbols, and a series that points at them.
  const std::string second =
      std::string("\x22\x00\x22\x08__name__\x22\x01", 14) +
      std::string("a\x2a\x12\x0a\x02\x01\x02\x12\x0c\x09\0\0\0\0\0\0\xf0\x3f\x10\xe8\x07", 21);
  return {std::string(1, '\0') + request, "\x01" + second, std::string("\x02\x03\x08") + "abc",
          std::string(1, '\0')};
}
