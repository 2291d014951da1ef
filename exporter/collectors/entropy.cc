#include <cerrno>
#include <optional>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kAvailableFile = "proc/sys/kernel/random/entropy_avail";
constexpr std::string_view kPoolSizeFile = "proc/sys/kernel/random/poolsize";

class Entropy final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto available = kernel.readUnsigned(kAvailableFile);
    const auto poolSize = kernel.readUnsigned(kPoolSizeFile);
    add(out, "node_entropy_available_bits", "Randomness in the kernel's pool.", kAvailableFile,
        available);
    add(out, "node_entropy_pool_size_bits", "Size of the kernel's pool of randomness.",
        kPoolSizeFile, poolSize);
  }

  static void add(Sink& out, std::string_view family, std::string_view help, std::string_view path,
                  std::optional<std::uint64_t> bits) {
    if (!bits) throw ReadError(ENOENT, path);
    out.gauge(family, help).add(static_cast<double>(*bits));
  }
};

const RegisterCollector<Entropy> entropy{
    {.name = "entropy", .reads = "proc/sys/kernel/random/{entropy_avail,poolsize}"}};

}  // namespace

}  // namespace orchestrator_exporter
