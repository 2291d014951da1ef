#include "metrics/instruments/message_handler.h"

#include "metrics/instruments/process_metrics.h"

namespace orchestrator_exporter {

MeasuredPort::TimePoint MeasuredPort::now() const { return metrics_.steadyNow(); }

void MeasuredPort::changeQueueDepth(int messages) const noexcept {
  metrics_.changeQueueDepth(process_, port_, messages);
}

void MeasuredPort::recordHandled(TimePoint arrived, TimePoint begun) const noexcept {
  const TimePoint end = now();
  metrics_.recordMessage(process_, port_, end - arrived);
  metrics_.recordProcessing(process_, end - begun);
}

void MeasuredPort::recordError() const noexcept {
  const std::string type = currentExceptionType();
  if (!type.empty()) metrics_.recordError(process_, type);
}

}  // namespace orchestrator_exporter
