#include "metrics/statistics/distributions.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

namespace orchestrator_exporter::statistics {
namespace {

// Not in long double, whose tables Boost would compute when the program starts, analysis or not.
using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
using Normal = boost::math::normal_distribution<double, Policy>;
using Student = boost::math::students_t_distribution<double, Policy>;

}  // namespace

double normalTail(double z) {
  if (!std::isfinite(z)) return z > 0 ? 0 : 1;
  return cdf(complement(Normal(), z));
}

double normalQuantile(double p) { return quantile(Normal(), p); }

double studentTwoSided(double t, double degrees) {
  if (std::isinf(t)) return 0;
  return 2 * cdf(complement(Student(degrees), std::fabs(t)));
}

double studentQuantile(double p, double degrees) { return quantile(Student(degrees), p); }

std::int64_t binomialQuantile(std::int64_t n, double p, double q) {
  // P(B <= k) is the complement of the regularized incomplete beta function at p.
  const auto reaches = [&](std::int64_t k) {
    return k >= n || boost::math::ibetac(static_cast<double>(k + 1), static_cast<double>(n - k), p,
                                         Policy()) >= q;
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
