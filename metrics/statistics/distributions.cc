#include "metrics/statistics/distributions.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

namespace orchestrator_exporter::statistics {

double normalTail(double z) {
  if (!std::isfinite(z)) return z > 0 ? 0 : 1;
  return cdf(complement(boost::math::normal(), z));
}

double normalQuantile(double p) { return quantile(boost::math::normal(), p); }

double studentTwoSided(double t, double degrees) {
  if (std::isinf(t)) return 0;
  return 2 * cdf(complement(boost::math::students_t(degrees), std::fabs(t)));
}

double studentQuantile(double p, double degrees) {
  return quantile(boost::math::students_t(degrees), p);
}

std::int64_t binomialQuantile(std::int64_t n, double p, double q) {
  // P(B <= k) is the complement of the regularized incomplete beta function at p.
  const auto reaches = [&](std::int64_t k) {
    return k >= n ||
           boost::math::ibetac(static_cast<double>(k + 1), static_cast<double>(n - k), p) >= q;
  };
  std::int64_t low = 0;
  std::int64_t high = n;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (reaches(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

double kolmogorovTail(double x) {
  // Below this the complement is 1 to double precision, and the series does not converge.
  constexpr double kSmallest = 0.2;
  if (x < kSmallest) return 1;
  constexpr int kTerms = 100;
  double total = 0;
  for (int k = 1; k <= kTerms; ++k) {
    const double term = std::exp(-2.0 * k * k * x * x);
    total += k % 2 == 1 ? term : -term;
    if (term < 1e-20) break;
  }
  return std::fmin(1, std::fmax(0, 2 * total));
}

}  // namespace orchestrator_exporter::statistics
