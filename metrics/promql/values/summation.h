#pragma once

#include <cmath>

namespace orchestrator_exporter::promql {

// A sum that keeps what rounding loses (Kahan, in Neumaier's form). Operation by operation as
// Prometheus sums, so that the last bits agree: compile it without fused multiply-add.
struct Summation {
  double sum = 0;
  double lost = 0;

  // Inlined by order: most of a query over many series is this.
  [[gnu::always_inline]] void add(double value) {
    const double total = sum + value;
    if (std::isinf(total)) {
      lost = 0;
    } else if (std::fabs(sum) >= std::fabs(value)) {
      lost += (sum - total) + value;
    } else {
      lost += (value - total) + sum;
    }
    sum = total;
  }

  double result() const { return sum + lost; }
};

// The mean of values that come one after the other: their sum divided by their number, until the
// sum would be infinite; from there on each value moves the mean.
struct Mean {
  Summation total;
  double count = 0;
  bool moving = false;

  void add(double value) {
    count += 1;
    if (count == 1) {
      total.sum = value;
      return;
    }
    if (!moving) {
      Summation next = total;
      next.add(value);
      if (!std::isinf(next.sum)) {
        total = next;
        return;
      }
      moving = true;
      total.sum /= count - 1;
      total.lost /= count - 1;
    }
    const double share = (count - 1) / count;
    total.sum *= share;
    total.lost *= share;
    total.add(value / count);
  }

  double result() const {
    return moving ? total.sum + total.lost : total.sum / count + total.lost / count;
  }
};

}  // namespace orchestrator_exporter::promql
