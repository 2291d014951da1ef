#pragma once

#include <vector>

// Printed by reference_values.py.

namespace orchestrator_exporter::reference {

inline const std::vector<double> kQuantiles = {
    100.32986471429467, 102.02270628931001, 104.68035574653186, 108.10962687013671,
    118.65474831033498, 119.50569807225838, 119.75583270862698, 119.88678618799895};
inline const std::vector<double> kMad = {4.757013311609626};
inline const std::vector<double> kMoments = {109.53596091317013, 6.00850644344779,
                                             5.958225170826548};
inline const std::vector<double> kAutocorrelation = {-0.004143879181888217, 0.03148788056027791,
                                                     -0.11708148153338892};
inline const std::vector<double> kLine = {0.04730154093938211,  0.9993127861854125,
                                          0.003847682817775715, 0.13162037544128924,
                                          0.7226611772342945,   8.579457842525044e-18};
inline const std::vector<double> kTheilSenSlope = {0.04723531733754846};
inline const std::vector<double> kMannKendall = {1174.0, 25155.418628842, 7.395750261623704,
                                                 1.4061206112868419e-13};
inline const std::vector<double> kMannKendallTied = {-111.0, 16670.147963809013, -0.851967362265249,
                                                     0.3942322070427484};
inline const std::vector<double> kMannWhitney = {1902.0, 0.00035549279298406774,
                                                 0.40888888888888886};
inline const std::vector<double> kMannWhitneyTied = {303.5, 0.8677548741139117};
inline const std::vector<double> kHodgesLehmann = {4.448463831562549};
inline const std::vector<double> kKolmogorov = {0.34444444444444444, 0.004478620821673992};
inline const std::vector<double> kTails = {0.06680720126885807, 6.22096057427174e-16,
                                           0.040992218585752874};
inline const std::vector<double> kNormalAndStudentQuantiles = {
    1.2815515655446004, -4.753424308822899, 3.1824463052837078, 1.2963188904044198};
inline const std::vector<double> kBinomialQuantiles = {40.0, 100.0, 2.0};

}  // namespace orchestrator_exporter::reference
