#include "metrics/statistics/linear_regression.h"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "metrics/promql/values/summation.h"
#include "metrics/statistics/distributions.h"
#include "metrics/statistics/moments.h"

namespace orchestrator_exporter::statistics {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kSided = 0.975;  // of a two-sided 95 % interval

struct Pairs {
  std::vector<double> x;
  std::vector<double> y;
};

Pairs knownPairs(std::span<const double> x, std::span<const double> y) {
  Pairs pairs;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    pairs.x.push_back(x[i]);
    pairs.y.push_back(y[i]);
  }
  return pairs;
}

double product(std::span<const double> a, std::span<const double> b) {
  promql::Summation total;
  for (std::size_t i = 0; i < a.size(); ++i) total.add(a[i] * b[i]);
  return total.result();
}

// The values less their mean, twice, so that the mean's rounding does not stay in them.
std::vector<double> centred(std::span<const double> values) {
  std::vector<double> distances(values.begin(), values.end());
  for (int pass = 0; pass < 2; ++pass) {
    const double centre = mean(distances);
    for (double& distance : distances) distance -= centre;
  }
  return distances;
}

// What follows from residuals and the spreads of x and y.
void judge(Line& line, const Pairs& pairs, double spreadY) {
  std::vector<double> residuals;
  for (std::size_t i = 0; i < pairs.y.size(); ++i) {
    residuals.push_back((pairs.y[i] - line.intercept) - line.slope * pairs.x[i]);
  }
  const double squares = product(residuals, residuals);
  line.r2 = spreadY > 0 ? 1 - squares / spreadY : kNaN;
  if (!(line.degrees > 0)) return;
  line.residualError = std::sqrt(squares / line.degrees);
  line.slopeError = line.residualError / std::sqrt(line.spreadX);
  line.t = line.slope / line.slopeError;
  line.p = std::isnan(line.t) ? kNaN : studentTwoSided(line.t, line.degrees);
}

Line undetermined(const Pairs& pairs, std::size_t all) {
  Line line;
  line.support.n = pairs.y.size();
  line.support.nNan = all - pairs.y.size();
  line.slope = line.intercept = line.slopeError = line.interceptError = kNaN;
  line.residualError = line.r2 = line.t = line.p = kNaN;
  return line;
}

Interval band(const Line& line, double x, double ofValue) {
  if (!(line.degrees > 0)) return {kNaN, kNaN};
  const double n = static_cast<double>(line.support.n);
  const double ofMean = line.degrees == n - 1 ? 0 : 1 / n;
  const double distance = x - line.meanX;
  const double width = studentQuantile(kSided, line.degrees) * line.residualError *
                       std::sqrt(ofValue + ofMean + distance * distance / line.spreadX);
  return {line.at(x) - width, line.at(x) + width};
}

}  // namespace

Interval Line::meanBand(double x) const { return band(*this, x, 0); }
Interval Line::valueBand(double x) const { return band(*this, x, 1); }

Line fitLine(std::span<const double> x, std::span<const double> y) {
  const Pairs pairs = knownPairs(x, y);
  Line line = undetermined(pairs, y.size());
  const std::vector<double> fromX = centred(pairs.x);
  const std::vector<double> fromY = centred(pairs.y);
  line.meanX = mean(pairs.x);
  line.spreadX = product(fromX, fromX);
  if (!(line.spreadX > 0)) return line;
  const auto n = static_cast<double>(pairs.y.size());
  line.degrees = n - 2;
  line.slope = product(fromX, fromY) / line.spreadX;
  line.intercept = mean(pairs.y) - line.slope * line.meanX;
  judge(line, pairs, product(fromY, fromY));
  line.interceptError =
      line.residualError * std::sqrt(1 / n + line.meanX * line.meanX / line.spreadX);
  return line;
}

Line fitLineThroughOrigin(std::span<const double> x, std::span<const double> y) {
  const Pairs pairs = knownPairs(x, y);
  Line line = undetermined(pairs, y.size());
  line.spreadX = product(pairs.x, pairs.x);
  if (!(line.spreadX > 0)) return line;
  line.degrees = static_cast<double>(pairs.y.size()) - 1;
  line.slope = product(pairs.x, pairs.y) / line.spreadX;
  line.intercept = 0;
  line.interceptError = 0;
  judge(line, pairs, product(pairs.y, pairs.y));
  return line;
}

Line fitLine(const Observations& observations) {
  const Support support = supportOf(observations);
  constexpr double kSecond = 1000;
  const double middle = (static_cast<double>(support.from) + static_cast<double>(support.to)) / 2;
  std::vector<double> seconds;
  for (const std::int64_t time : observations.times) {
    seconds.push_back((static_cast<double>(time) - middle) / kSecond);
  }
  Line line = fitLine(seconds, observations.values);
  line.support = support;
  return line;
}

Plane fitPlane(const std::vector<std::vector<double>>& predictors, std::span<const double> y) {
  const auto n = static_cast<Eigen::Index>(y.size());
  const auto k = static_cast<Eigen::Index>(predictors.size());
  if (n <= k + 1) throw std::invalid_argument("fewer values than a fit of all predictors takes");
  Eigen::MatrixXd matrix(n, k);
  Eigen::VectorXd lengths(k);
  Eigen::VectorXd means(k);
  for (Eigen::Index j = 0; j < k; ++j) {
    const std::vector<double>& one = predictors[static_cast<std::size_t>(j)];
    const std::vector<double> distances = centred(one);
    means(j) = mean(one);
    lengths(j) = std::sqrt(product(distances, distances));
    for (Eigen::Index i = 0; i < n; ++i) {
      matrix(i, j) = distances[static_cast<std::size_t>(i)] / lengths(j);
    }
  }
  const std::vector<double> target = centred(y);
  const Eigen::Map<const Eigen::VectorXd> wanted(target.data(), n);
  const Eigen::HouseholderQR<Eigen::MatrixXd> factors(matrix);
  Eigen::VectorXd scaled = factors.solve(wanted);
  // One step of refinement wins back what the factors' rounding lost.
  scaled += factors.solve(wanted - matrix * scaled);

  Plane plane;
  plane.n = y.size();
  const Eigen::VectorXd slopes = scaled.cwiseQuotient(lengths);
  const Eigen::VectorXd left = wanted - matrix * scaled;
  const std::vector<double> residuals(left.data(), left.data() + n);
  plane.residualSquares = product(residuals, residuals);
  plane.r2 = 1 - plane.residualSquares / product(target, target);
  plane.residualError = std::sqrt(plane.residualSquares / static_cast<double>(n - k - 1));

  // The covariance of the scaled slopes is s^2 times the inverse of R'R.
  const Eigen::MatrixXd upper = factors.matrixQR().topRows(k).triangularView<Eigen::Upper>();
  const Eigen::MatrixXd inverse =
      upper.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(k, k));
  const Eigen::VectorXd weights = means.cwiseQuotient(lengths);
  std::vector<double> terms = {mean(y)};
  for (Eigen::Index j = 0; j < k; ++j) terms.push_back(-slopes(j) * means(j));
  plane.coefficients.push_back(sum(terms));
  const double ofIntercept =
      1 / static_cast<double>(n) + (inverse.transpose() * weights).squaredNorm();
  plane.errors.push_back(plane.residualError * std::sqrt(ofIntercept));
  for (Eigen::Index j = 0; j < k; ++j) {
    plane.coefficients.push_back(slopes(j));
    plane.errors.push_back(plane.residualError * inverse.row(j).norm() / lengths(j));
  }
  return plane;
}

}  // namespace orchestrator_exporter::statistics
