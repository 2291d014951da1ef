#include "metrics/statistics/exponential_smoothing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "metrics/statistics/moments.h"

namespace orchestrator_exporter::statistics {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kStart = 10;  // values that a model without a season begins from

using Point = std::array<double, 4>;  // of the search, without bounds

double logistic(double u) { return 1 / (1 + std::exp(-u)); }
double logit(double share) { return std::log(share / (1 - share)); }

constexpr double kLeastPhi = 0.8;
constexpr double kPhiRange = 0.18;

Smoothing modelAt(const Point& point, std::size_t period) {
  Smoothing model;
  model.period = period;
  model.alpha = logistic(point[0]);
  model.beta = model.alpha * logistic(point[1]);
  model.phi = kLeastPhi + kPhiRange * logistic(point[2]);
  if (period > 1) model.gamma = (1 - model.alpha) * logistic(point[3]);
  return model;
}

// Nelder and Mead's search from a point, over the first `dimensions` coordinates.
template <typename Function>
Point minimize(const Function& cost, const Point& start, std::size_t dimensions) {
  struct Corner {
    Point at;
    double cost;
  };
  std::vector<Corner> corners = {{start, cost(start)}};
  for (std::size_t i = 0; i < dimensions; ++i) {
    Point moved = start;
    moved[i] += 0.8;
    corners.push_back({moved, cost(moved)});
  }
  const auto byCost = [](const Corner& a, const Corner& b) { return a.cost < b.cost; };
  // The worst corner moved through the centre of the others.
  const auto mirrored = [&](double factor) {
    Point centre{};
    for (std::size_t j = 0; j < dimensions; ++j) {
      for (std::size_t i = 0; i < dimensions; ++i) centre[j] += corners[i].at[j];
      centre[j] /= static_cast<double>(dimensions);
    }
    Corner moved{start, 0};
    for (std::size_t j = 0; j < dimensions; ++j) {
      moved.at[j] =
          std::clamp(centre[j] + factor * (centre[j] - corners.back().at[j]), -12.0, 12.0);
    }
    moved.cost = cost(moved.at);
    return moved;
  };
  constexpr int kSteps = 80;
  for (int step = 0; step < kSteps; ++step) {
    std::sort(corners.begin(), corners.end(), byCost);
    if (corners.back().cost - corners.front().cost <= 1e-9 * std::fabs(corners.front().cost)) break;
    const Corner reflected = mirrored(1);
    if (reflected.cost < corners.front().cost) {
      const Corner expanded = mirrored(2);
      corners.back() = expanded.cost < reflected.cost ? expanded : reflected;
    } else if (reflected.cost < corners[dimensions - 1].cost) {
      corners.back() = reflected;
    } else if (const Corner contracted = mirrored(-0.5); contracted.cost < corners.back().cost) {
      corners.back() = contracted;
    } else {
      for (std::size_t i = 1; i <= dimensions; ++i) {
        for (std::size_t j = 0; j < dimensions; ++j) {
          corners[i].at[j] = (corners[i].at[j] + corners[0].at[j]) / 2;
        }
        corners[i].cost = cost(corners[i].at);
      }
    }
  }
  return std::min_element(corners.begin(), corners.end(), byCost)->at;
}

Smoothing fit(std::span<const double> values, std::size_t period) {
  const auto cost = [&](const Point& point) {
    Smoother smoother(modelAt(point, period), values);
    for (const double value : values) smoother.add(value);
    const double deviation = smoother.residualDeviation();
    return std::isnan(deviation) ? std::numeric_limits<double>::max() : deviation;
  };
  Point best{};
  double least = std::numeric_limits<double>::infinity();
  for (const double alpha : {0.05, 0.3, 0.8}) {
    for (const double beta : {0.02, 0.3}) {
      for (const double phi : {0.3, 0.9}) {
        for (const double gamma : {0.05, 0.4}) {
          if (period == 1 && gamma > 0.1) continue;
          const Point point = {logit(alpha), logit(beta), logit(phi), logit(gamma)};
          const double here = cost(point);
          if (here >= least) continue;
          least = here;
          best = point;
        }
      }
    }
  }
  return modelAt(minimize(cost, best, period > 1 ? 4 : 3), period);
}

}  // namespace

Smoothing lastValue() { return {.alpha = 1}; }

Smoothing seasonalNaive(std::size_t period) { return {.gamma = 1, .period = period}; }

Smoother::Smoother(const Smoothing& model, std::span<const double> start) : model_(model) {
  const std::size_t period = model.period;
  season_.assign(period, 0);
  const double first = mean(start.first(std::min(start.size(), period > 1 ? period : kStart)));
  level_ = std::isnan(first) ? 0 : first;
  if (period == 1 || start.size() < 2 * period) return;
  const double second = mean(start.subspan(period, period));
  const double rise = std::isnan(second) ? 0 : (second - level_) / static_cast<double>(period);
  const double middle = (static_cast<double>(period) - 1) / 2;
  for (std::size_t i = 0; i < period; ++i) {
    const double from = rise * (static_cast<double>(i) - middle);
    const std::array<double, 2> apart = {start[i] - level_ - from,
                                         start[i + period] - second - from};
    const double usual = mean(apart);
    season_[i] = std::isnan(usual) ? 0 : usual;
  }
  level_ -= rise * (middle + 1);
  if (model.beta > 0) {
    trend_ = rise;
  } else {
    level_ = first;
  }
}

double Smoother::add(double value) {
  double& season = season_[place_];
  place_ = place_ + 1 == season_.size() ? 0 : place_ + 1;
  ++taken_;
  const double step = model_.phi * trend_;
  const double error = value - (level_ + step + season);
  if (std::isnan(error)) {
    level_ += step;
    trend_ = step;
    return kNaN;
  }
  level_ += step + model_.alpha * error;
  trend_ = step + model_.beta * error;
  season += model_.gamma * error;
  if (taken_ > std::max(season_.size(), kStart)) {
    ++errors_;
    squares_ += error * error;
  }
  return error;
}

double Smoother::forecast(std::size_t ahead) const {
  double damped = 0;
  double power = 1;
  if (trend_ != 0) {
    for (std::size_t i = 0; i < ahead; ++i) damped += (power *= model_.phi);
  }
  return level_ + damped * trend_ + season_[(place_ + ahead - 1) % season_.size()];
}

double Smoother::spread(std::size_t ahead) const {
  double total = 1;
  double damped = 0;
  double power = 1;
  for (std::size_t j = 1; j < ahead; ++j) {
    damped += (power *= model_.phi);
    const bool isSeason = season_.size() > 1 && j % season_.size() == 0;
    const double weight = model_.alpha + model_.beta * damped + (isSeason ? model_.gamma : 0);
    total += weight * weight;
  }
  return std::sqrt(total);
}

double Smoother::residualDeviation() const {
  return errors_ == 0 ? kNaN : std::sqrt(squares_ / static_cast<double>(errors_));
}

Smoothing fitDampedTrend(std::span<const double> values) { return fit(values, 1); }

Smoothing fitHoltWinters(std::span<const double> values, std::size_t period) {
  return fit(values, period);
}

}  // namespace orchestrator_exporter::statistics
