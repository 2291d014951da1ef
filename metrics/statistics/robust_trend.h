#pragma once

#include "metrics/statistics/linear_regression.h"
#include "metrics/statistics/observations.h"

namespace orchestrator_exporter::statistics {

// The line that outliers do not move (Theil 1950; Sen, JASA 63, 1968): the median of the slopes of
// all pairs, through the median of y - slope x. x in seconds from the middle of the window. Above
// 1,000 values it is that of the means of 300 equal parts of the window.
struct RobustLine {
  Support support;
  double slope = 0;  // a second
  double intercept = 0;
  Interval slopeInterval;  // 95 %, Sen's, from Kendall's variance; NaN for too few values
};
// All NaN below two known values.
RobustLine theilSen(const Observations& observations);

// Mann and Kendall's test for a trend (Mann, Econometrica 13, 1945; ties as Kendall 1975), with the
// variance corrected for serial correlation as Yue and Wang (Water Resources Management 18, 2004):
// times max(1, 1 + 2 sum of (1 - k/n) r^k), where r is the lag-1 autocorrelation of the residuals
// of the Theil-Sen line, bias-corrected (n r + 2) / (n - 4) and held to 0..0.99. False alarms at 5
// % on AR(1) of 60 values: 5 % (phi 0), 6 % (0.5), 10 % (0.8), 13 % (0.95).
struct TrendTest {
  std::size_t n = 0;
  double s = 0;         // pairs that rise less pairs that fall
  double variance = 0;  // corrected
  double z = 0;
  double p = 1;  // two-sided, normal; 1 if nothing can be told
  double serialCorrelation = 0;
};

TrendTest mannKendall(const Observations& observations);

// The means of parts of a window, and of the times of their values; parts without values are left
// out.
struct Parts {
  std::vector<std::int64_t> times;
  std::vector<double> means;
};
// `count` equal parts of [from, to]; a value belongs to the part that its time is in.
Parts equalParts(const Observations& observations, std::int64_t from, std::int64_t to,
                 std::size_t count);

}  // namespace orchestrator_exporter::statistics
