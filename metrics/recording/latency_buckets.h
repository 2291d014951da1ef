#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace orchestrator_exporter {

// Where a latency belongs in buckets of equal relative width: each power of two of seconds from
// 2^-20 (about a microsecond) to 2^17 (a day and a half) in sixteen equal parts. What lies outside
// is in the first or the last. The middle of a bucket is at most 1/32 (3.2 %) off any latency in
// it.
struct LatencyBuckets {
  static constexpr int kParts = 16;
  static constexpr int kFirstExponent = -20;
  static constexpr int kEndExponent = 17;
  static constexpr std::size_t kCount = (kEndExponent - kFirstExponent) * kParts;

  static std::size_t indexOf(double seconds) {
    constexpr double kFirst = 1.0 / (1 << -kFirstExponent);
    constexpr double kEnd = 1 << kEndExponent;
    if (!(seconds > kFirst)) return 0;
    if (seconds >= kEnd) return kCount - 1;
    // The exponent and the first bits of the fraction, as IEEE 754 stores them, are the number of
    // the bucket but for an offset.
    constexpr int kFractionBits = 52 - 4;
    constexpr std::uint64_t kOffset = std::uint64_t{1023 + kFirstExponent} * kParts;
    return static_cast<std::size_t>((std::bit_cast<std::uint64_t>(seconds) >> kFractionBits) -
                                    kOffset);
  }

  static double middleOf(std::size_t index) {
    const int exponent = static_cast<int>(index) / kParts + kFirstExponent;
    const int part = static_cast<int>(index) % kParts;
    return std::ldexp(1 + (part + 0.5) / kParts, exponent);
  }
};

// How many latencies fell into each bucket. Adding two of them up loses nothing.
using LatencyCounts = std::array<std::uint64_t, LatencyBuckets::kCount>;

// The same in little room: four bytes for each bucket that is not empty.
class PackedLatencyCounts {
 public:
  void add(std::size_t bucket, std::uint32_t count);
  void addTo(LatencyCounts& counts) const;

 private:
  // An entry is a bucket above, a count below. A bucket with more than fit has several.
  static constexpr int kCountBits = 22;
  static constexpr std::uint32_t kMostCount = (1U << kCountBits) - 1;
  static_assert(LatencyBuckets::kCount <= 1U << (32 - kCountBits));

  std::vector<std::uint32_t> entries_;  // by bucket, ascending
};

// Number, mean, spread and extremes of some latencies in seconds; exact, and so are sums of them
// but for rounding. `squares` is the sum of squared distances from the mean, which loses no digits
// where the spread is small beside the mean (Chan, Golub, LeVeque, "Algorithms for Computing the
// Sample Variance", 1983).
struct LatencyMoments {
  std::uint64_t count = 0;
  double mean = 0;
  double squares = 0;
  double least = 0;
  double most = 0;

  static LatencyMoments of(std::span<const double> seconds);
  void add(const LatencyMoments& more);
};

// The latency below or at which a share of them lies, 0 < share <= 1, in seconds: the nearest rank,
// within 1/32 of the true value and never outside the extremes. 0 where there are none.
double latencyQuantile(const LatencyCounts& counts, const LatencyMoments& moments, double share);

}  // namespace orchestrator_exporter
