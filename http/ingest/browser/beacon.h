#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::http::browser {

// What browsers measure of a page.
enum class Vital : std::uint8_t {
  kPageLoad,
  kFirstContentfulPaint,
  kLargestContentfulPaint,
  kCumulativeLayoutShift,
  kInteractionToNextPaint,
  kTimeToFirstByte,
};
constexpr std::size_t kVitals = 6;
// As beacons call them, in the order of Vital.
constexpr std::array<std::string_view, kVitals> kVitalNames = {"page-load", "FCP", "LCP",
                                                               "CLS",       "INP", "TTFB"};

struct Measurement {
  Vital vital = Vital::kPageLoad;
  double value = 0;      // in seconds; of kCumulativeLayoutShift a score
  std::uint64_t id = 0;  // stands for name and id; 0 if it came without an id
};

// The most metrics that one beacon may say were lost.
constexpr std::uint64_t kMostLost = 1'000'000;

// What a browser tells of one page in one message.
struct Beacon {
  std::string page = {};  // as pageLabel() has it
  // Each one of a few words, of static storage; "other" for any other word.
  std::string_view browser = "other";
  std::string_view device = "other";
  std::string_view viewport = "other";
  std::uint64_t lost = 0;     // metrics that the browser had to throw away
  std::uint64_t unknown = 0;  // elements of `metrics` that are none of kVitalNames with a number
  std::vector<Measurement> measurements = {};

  std::size_t metrics() const { return measurements.size() + unknown; }
};

// Reads {"v":1,"page":"/cart","browser":"chrome","device":"mobile","viewport":"small","late":false,
// "lost":0,"metrics":[{"name":"LCP","value":1834.2,"id":"v6-1-2"}]}: `v`, `page` and `metrics` must
// be there, fields of other names are passed over. Takes any bytes. Throws ParseError with the
// place for what is no such object, of another version, or nested deeper than 64.
Beacon decodeBeacon(std::string_view json);

}  // namespace orchestrator_exporter::http::browser
