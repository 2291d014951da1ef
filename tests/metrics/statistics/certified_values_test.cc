#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "metrics/statistics/linear_regression.h"
#include "metrics/statistics/moments.h"
#include "tests/metrics/statistics/nist_data.h"

// Results against the certified values of NIST's Statistical Reference Datasets, in digits.

namespace orchestrator_exporter {

namespace {

using namespace statistics;

// How many digits two numbers share: -log10 of their relative distance, 15 at most.
double digits(double value, double certified) {
  if (value == certified) return 15;
  return std::min(15.0, -std::log10(std::fabs((value - certified) / certified)));
}

// 1.2, then 1,000 values alternately 0.1 below and above it, and its like.
std::vector<double> alternating(double first) {
  std::vector<double> values = {first};
  for (int i = 0; i < 500; ++i) {
    values.push_back(first - 0.1);
    values.push_back(first + 0.1);
  }
  return values;
}

struct Univariate {
  std::string name;
  std::vector<double> values;
  double mean;
  double deviation;
  double correlation;
  // Digits within reach of doubles: the data themselves are rounded.
  double ofMean, ofDeviation, ofCorrelation;
};

std::vector<Univariate> univariate() {
  return {
      {"Lottery", nist::kLottery, 518.958715596330, 291.699727470969, -0.120948622967393, 14.5,
       14.5, 14.5},
      {"Lew", nist::kLew, -177.435, 277.332168044316, -0.307304800605679, 14.5, 14.5, 14.5},
      {"Mavro", nist::kMavro, 2.001856, 0.000429123454003053, 0.937989183438248, 14.5, 13, 13.5},
      {"Michelso", nist::kMichelso, 299.8524, 0.0790105478190518, 0.535199668621283, 14.5, 13.7,
       13.3},
      {"NumAcc1", {10000001, 10000003, 10000002}, 10000002, 1, -0.5, 15, 15, 15},
      {"NumAcc2", alternating(1.2), 1.2, 0.1, -0.999, 14.5, 14, 14},
      {"NumAcc3", alternating(1000000.2), 1000000.2, 0.1, -0.999, 14.5, 9.4, 11.8},
      {"NumAcc4", alternating(10000000.2), 10000000.2, 0.1, -0.999, 14.5, 8.2, 10.6},
  };
}

TEST(CertifiedValues, MeanDeviationAndAutocorrelationAreNists) {
  for (const Univariate& set : univariate()) {
    const Summary summary = summaryOf({set.values});
    EXPECT_EQ(summary.support.n, set.values.size()) << set.name;
    EXPECT_GE(digits(summary.mean, set.mean), set.ofMean) << set.name;
    EXPECT_GE(digits(summary.standardDeviation, set.deviation), set.ofDeviation) << set.name;
    EXPECT_GE(digits(autocorrelation(set.values, 1), set.correlation), set.ofCorrelation)
        << set.name;
  }
}

TEST(CertifiedValues, OneValueAfterTheOtherLosesNoDigitsToALargeMean) {
  for (const Univariate& set : univariate()) {
    Moments moments;
    for (const double value : set.values) moments.add(value);
    // A sum of squares would have none left of NumAcc4.
    EXPECT_GE(digits(moments.standardDeviation(), set.deviation), set.ofDeviation) << set.name;
    // What the rounding of the data leaves is theirs: both ways agree beyond it.
    EXPECT_GE(digits(moments.standardDeviation(), summaryOf({set.values}).standardDeviation), 13)
        << set.name;
  }
}

TEST(CertifiedValues, NorrisIsAStraightLine) {
  const Line line = fitLine(nist::kNorrisX, nist::kNorrisY);
  EXPECT_GE(digits(line.intercept, -0.262323073774029), 12.5);
  EXPECT_GE(digits(line.slope, 1.00211681802045), 12.5);
  EXPECT_GE(digits(line.interceptError, 0.232818234301152), 12.5);
  EXPECT_GE(digits(line.slopeError, 0.000429796848199937), 12.5);
  EXPECT_GE(digits(line.residualError, 0.884796396144373), 12.5);
  EXPECT_GE(digits(line.r2, 0.999993745883712), 12.5);
}

TEST(CertifiedValues, NoIntGoesThroughTheOrigin) {
  std::vector<double> x(11);
  std::vector<double> y(11);
  std::iota(x.begin(), x.end(), 60);
  std::iota(y.begin(), y.end(), 130);
  const Line first = fitLineThroughOrigin(x, y);
  EXPECT_GE(digits(first.slope, 2.07438016528926), 14);
  EXPECT_GE(digits(first.slopeError, 0.0165289256198347), 14);
  EXPECT_GE(digits(first.residualError, 3.56753034006338), 14);
  EXPECT_GE(digits(first.r2, 0.999365492298663), 14);
  const Line second =
      fitLineThroughOrigin(std::vector<double>{4, 5, 6}, std::vector<double>{3, 4, 4});
  EXPECT_GE(digits(second.slope, 0.727272727272727), 14);
  EXPECT_GE(digits(second.slopeError, 0.0420827318078432), 14);
  EXPECT_GE(digits(second.r2, 0.993348115299335), 14);
}

TEST(CertifiedValues, PontiusIsAParabola) {
  std::vector<double> squares;
  for (const double x : nist::kPontiusX) squares.push_back(x * x);
  const Plane plane = fitPlane({nist::kPontiusX, squares}, nist::kPontiusY);
  const double coefficients[] = {6.73565789473684e-4, 7.32059160401003e-7, -3.16081871345029e-15};
  const double errors[] = {1.07938612033077e-4, 1.57817399981659e-10, 4.86652849992036e-17};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_GE(digits(plane.coefficients[i], coefficients[i]), 12.5) << i;
    EXPECT_GE(digits(plane.errors[i], errors[i]), 12.5) << i;
  }
  EXPECT_GE(digits(plane.residualSquares, 1.55761768796992e-6), 12.5);
}

TEST(CertifiedValues, LongleyHasSixPredictors) {
  constexpr std::size_t kColumns = 7;  // the first is all ones
  std::vector<std::vector<double>> predictors(kColumns - 1);
  for (std::size_t i = 0; i < nist::kLongleyX.size(); ++i) {
    if (i % kColumns != 0) predictors[i % kColumns - 1].push_back(nist::kLongleyX[i]);
  }
  const Plane plane = fitPlane(predictors, nist::kLongleyY);
  const double certified[] = {-3482258.63459582, 15.0618722713733,  -0.0358191792925910,
                              -2.02022980381683, -1.03322686717359, -0.0511041056535807,
                              1829.15146461355};
  for (std::size_t i = 0; i < kColumns; ++i) {
    EXPECT_GE(digits(plane.coefficients[i], certified[i]), 12.5) << i;
  }
  EXPECT_GE(digits(plane.residualSquares, 836424.055505915), 12.5);
}

TEST(CertifiedValues, FewerValuesThanCoefficientsAreRefused) {
  EXPECT_THROW(fitPlane({{1, 2}, {3, 5}}, std::vector<double>{1, 2}), std::invalid_argument);
}

}  // namespace

}  // namespace orchestrator_exporter
