#include "http/ingest/browser/browser_families.h"

#include <array>

namespace orchestrator_exporter::http::browser {
namespace {

// The largest value that is kept, in the order of Vital.
constexpr std::array<double, kVitals> kLargest = {60, 10, 60, 5, 60, 60};

constexpr std::array<std::string_view, 5> kReasonNames = {"range", "bot", "rate", "unknown",
                                                          "client"};

}  // namespace

BrowserFamilies::BrowserFamilies(MetricsRegistry& registry, const FamilyOptions& options)
    : pageLoad_(registry.histogram("browser_page_load_seconds",
                                   "Time from the start of a navigation to its load event.",
                                   {.bounds = {.1, .25, .5, 1, 1.5, 2, 2.5, 3, 4, 6, 10, 20, 60}},
                                   {"page", "browser", "device"}, withUnit(options, "seconds"))),
      firstContentfulPaint_(
          registry.histogram("browser_first_contentful_paint_seconds",
                             "First Contentful Paint: time until the first text or image is drawn.",
                             {.bounds = {.1, .25, .5, 1, 1.8, 2.5, 3, 4, 6, 10}},
                             {"page", "viewport"}, withUnit(options, "seconds"))),
      largestContentfulPaint_(registry.histogram(
          "browser_largest_contentful_paint_seconds",
          "Largest Contentful Paint: time until the largest text or image is drawn.",
          {.bounds = {.25, .5, 1, 1.5, 2.5, 4, 6, 10, 20}}, {"page", "device"},
          withUnit(options, "seconds"))),
      interactionToNextPaint_(registry.histogram(
          "browser_interaction_to_next_paint_seconds",
          "Interaction to Next Paint: the longest time from an input to the next picture.",
          {.bounds = {.025, .05, .1, .2, .3, .5, 1, 2, 5}}, {"page", "device"},
          withUnit(options, "seconds"))),
      timeToFirstByte_(registry.histogram(
          "browser_time_to_first_byte_seconds",
          "Time to First Byte: from the start of a navigation to the answer's first byte.",
          {.bounds = {.05, .1, .2, .4, .8, 1.8, 3, 5, 10}}, {"page"},
          withUnit(options, "seconds"))),
      cumulativeLayoutShift_(registry.histogram(
          "browser_cumulative_layout_shift",
          "Cumulative Layout Shift: score of how far a page's content moved unexpectedly.",
          {.bounds = {.01, .025, .05, .1, .15, .25, .5, 1, 5}}, {"page"}, options)),
      beacons_(registry.counter("browser_beacons_total", "Beacons of browsers that were read.", {},
                                options)),
      dropped_(registry.counter("browser_metrics_dropped_total",
                                "Metrics of browsers that were not kept, by why.", {"reason"},
                                options)) {}

std::string_view BrowserFamilies::familyOf(Vital vital) {
  // In the order of Vital.
  constexpr std::array<std::string_view, kVitals> kNames = {
      "browser_page_load_seconds",
      "browser_first_contentful_paint_seconds",
      "browser_largest_contentful_paint_seconds",
      "browser_cumulative_layout_shift",
      "browser_interaction_to_next_paint_seconds",
      "browser_time_to_first_byte_seconds"};
  return kNames[static_cast<std::size_t>(vital)];
}

bool BrowserFamilies::isInRange(const Measurement& measurement) {
  return measurement.value >= 0 &&
         measurement.value <= kLargest[static_cast<std::size_t>(measurement.vital)];
}

void BrowserFamilies::observe(const Measurement& measurement, std::string_view page,
                              const Beacon& beacon) const {
  const double value = measurement.value;
  switch (measurement.vital) {
    case Vital::kPageLoad:
      return pageLoad_.with({page, beacon.browser, beacon.device}).observe(value);
    case Vital::kFirstContentfulPaint:
      return firstContentfulPaint_.with({page, beacon.viewport}).observe(value);
    case Vital::kLargestContentfulPaint:
      return largestContentfulPaint_.with({page, beacon.device}).observe(value);
    case Vital::kCumulativeLayoutShift:
      return cumulativeLayoutShift_.with({page}).observe(value);
    case Vital::kInteractionToNextPaint:
      return interactionToNextPaint_.with({page, beacon.device}).observe(value);
    case Vital::kTimeToFirstByte:
      return timeToFirstByte_.with({page}).observe(value);
  }
}

void BrowserFamilies::countDropped(Reason reason, std::uint64_t metrics) const {
  if (metrics == 0) return;
  dropped_.with({kReasonNames[static_cast<std::size_t>(reason)]}).add(static_cast<double>(metrics));
}

std::size_t BrowserFamilies::size() const {
  return pageLoad_.size() + firstContentfulPaint_.size() + largestContentfulPaint_.size() +
         interactionToNextPaint_.size() + timeToFirstByte_.size() + cumulativeLayoutShift_.size() +
         beacons_.size() + dropped_.size();
}

}  // namespace orchestrator_exporter::http::browser
