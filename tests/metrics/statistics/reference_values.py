#!/usr/bin/python3
"""Prints reference_values.h: what SciPy and NumPy make of the values that reference_values_test.cc makes too.

usage: tests/metrics/statistics/reference_values.py > tests/metrics/statistics/reference_values.h

Needs python3-numpy and python3-scipy, which the tests themselves do not. What neither has (the correction of Yue and Wang,
Cliff's delta) is written here by its formula, in plain Python.
"""
import math

import numpy as np
from scipy import stats


# Numerical Recipes' 32 bit generator, the same in the test.
def made(seed, count):
    values, state = [], seed
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(state / 2**32)
    return values


A = [100 + 20 * v for v in made(1, 60)]
B = [104 + 20 * v for v in made(2, 45)]
TIED = [math.floor(8 * v) for v in made(3, 50)]
RISING = [0.05 * i + 2 * v for i, v in enumerate(made(4, 60))]
X = [float(i) for i in range(60)]


def autocorrelation(values, lag):
    mean = math.fsum(values) / len(values)
    d = [v - mean for v in values]
    return math.fsum(a * b for a, b in zip(d, d[lag:])) / math.fsum(v * v for v in d)


def mann_kendall(values):
    n = len(values)
    s = sum(int(np.sign(values[j] - values[i])) for i in range(n) for j in range(i + 1, n))
    variance = n * (n - 1) * (2 * n + 5)
    for t in np.unique(values, return_counts=True)[1]:
        variance -= t * (t - 1) * (2 * t + 5)
    variance /= 18
    slopes = [(values[j] - values[i]) / (j - i) for i in range(n) for j in range(i + 1, n)]
    slope = float(np.median(slopes))
    r = (n * autocorrelation([v - slope * i for i, v in enumerate(values)], 1) + 2) / (n - 4)
    r = min(max(r, 0), 0.99)
    variance *= max(1, 1 + 2 * math.fsum((1 - k / n) * r**k for k in range(1, n)))
    z = (s - np.sign(s)) / math.sqrt(variance)
    return s, variance, z, 2 * stats.norm.sf(abs(z))


# SciPy's ppf is good for 11 digits, its cdf for all: one step of Newton's.
def student_quantile(p, degrees):
    t = stats.t.ppf(p, degrees)
    return t - (stats.t.cdf(t, degrees) - p) / stats.t.pdf(t, degrees)


def put(name, values):
    values = [float(v) for v in (values if hasattr(values, '__len__') else [values])]
    print(f'inline const std::vector<double> {name} = {{')
    print('    ' + ',\n    '.join(f'{v!r}' for v in values) + '};')


print('#pragma once\n\n#include <vector>\n\n// Printed by reference_values.py.\n\nnamespace orchestrator_exporter::reference {\n')
put('kQuantiles', np.quantile(A, [0, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 1]))
put('kMad', stats.median_abs_deviation(A))
put('kMoments', [np.mean(A), np.std(A, ddof=1), np.std(A)])
put('kAutocorrelation', [autocorrelation(A, k) for k in (1, 2, 7)])
line = stats.linregress(X, RISING)
put('kLine', [line.slope, line.intercept, line.stderr, line.intercept_stderr, line.rvalue**2, line.pvalue])
theil = stats.theilslopes(RISING, X)
put('kTheilSenSlope', theil[0])
put('kMannKendall', mann_kendall(RISING))
put('kMannKendallTied', mann_kendall(TIED))
u = stats.mannwhitneyu(B, A, alternative='two-sided', method='asymptotic', use_continuity=True)
put('kMannWhitney', [u.statistic, u.pvalue, 2 * u.statistic / (len(A) * len(B)) - 1])
tied = stats.mannwhitneyu(TIED[25:], TIED[:25], alternative='two-sided', method='asymptotic', use_continuity=True)
put('kMannWhitneyTied', [tied.statistic, tied.pvalue])
put('kHodgesLehmann', np.median(np.subtract.outer(B, A)))
distance = stats.ks_2samp(A, B).statistic
put('kKolmogorov', [distance, stats.kstwobign.sf(distance * math.sqrt(len(A) * len(B) / (len(A) + len(B))))])
put('kTails', [stats.norm.sf(1.5), stats.norm.sf(8), 2 * stats.t.sf(2.5, 7)])
put('kNormalAndStudentQuantiles', [stats.norm.ppf(0.9), stats.norm.ppf(1e-6), student_quantile(0.975, 3), student_quantile(0.9, 58)])
put('kBinomialQuantiles', [stats.binom.ppf(q, n, p) for n, p, q in ((100, 0.5, 0.025), (100, 0.99, 0.975), (7, 0.3, 0.5))])
print('\n}  // namespace orchestrator_exporter::reference')
