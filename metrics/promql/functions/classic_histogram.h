#pragma once

#include <vector>

namespace orchestrator_exporter::promql {

// A bucket of a classic histogram: how much was counted up to and with a bound.
struct Bucket {
  double bound = 0;
  double count = 0;
};

struct QuantileOfBuckets {
  double value = 0;
  bool raised = false;  // counts that fell towards a larger bound were raised
};

// Both need one bucket at least, in any order, and change them. NaN if the largest bound is finite
// or nothing was counted. Within a bucket the counts are taken as spread evenly.
QuantileOfBuckets bucketQuantile(double q, std::vector<Bucket>& buckets);
// The share of what was counted between two values.
double bucketFraction(double lower, double upper, std::vector<Bucket>& buckets);

}  // namespace orchestrator_exporter::promql
