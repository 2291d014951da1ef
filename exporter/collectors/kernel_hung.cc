#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

class KernelHung final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto tasks = kernel.readUnsigned("proc/sys/kernel/hung_task_detect_count");
    if (!tasks) throw NoData{};
    out.counter("node_kernel_hung_tasks_total", "Tasks that the kernel found hung.")
        .add(static_cast<double>(*tasks));
  }
};

const RegisterCollector<KernelHung> kernelHung{
    {.name = "kernel_hung", .reads = "proc/sys/kernel/hung_task_detect_count"}};

}  // namespace

}  // namespace orchestrator_exporter
