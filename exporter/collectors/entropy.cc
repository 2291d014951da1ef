#include <cerrno>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kAvailableFile = "proc/sys/kernel/random/entropy_avail";
constexpr std::string_view kPoolSizeFile = "proc/sys/kernel/random/poolsize";

class Entropy final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    add(kernel, kAvailableFile,
        out.gauge("node_entropy_available_bits", "Randomness in the kernel's pool."));
    add(kernel, kPoolSizeFile,
        out.gauge("node_entropy_pool_size_bits", "Size of the kernel's pool of randomness."));
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void add(Kernel& kernel, std::string_view path, const ScalarFamily& family) {
    complaints_.attempt([&] {
      const auto bits = kernel.readUnsigned(path);
      if (!bits) throw ReadError(ENOENT, path);
      family.add(static_cast<double>(*bits));
    });
  }

  Complaints complaints_;
};

const RegisterCollector<Entropy> entropy{
    {.name = "entropy", .reads = "proc/sys/kernel/random/{entropy_avail,poolsize}"}};

}  // namespace

}  // namespace orchestrator_exporter
