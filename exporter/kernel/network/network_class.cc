#include "exporter/kernel/network/network_class.h"

#include <sys/stat.h>

#include <cerrno>

#include "exporter/kernel/attribute.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kNetworkClass = "sys/class/net";

// False for plain files, and for what a link leads to that is gone.
bool isDevice(const Kernel& kernel, std::string_view path) {
  struct stat status {};
  return stat(kernel.resolve(path).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

std::optional<std::vector<std::string_view>> networkDevices(Kernel& kernel) {
  auto names = kernel.list(kNetworkClass, {EACCES, EPERM}, Kernel::Listed::kNoPlainFiles);
  // The links of a running kernel lead to devices, or to what went away just now.
  if (names && !kernel.readsRunningKernel()) {
    std::erase_if(*names, [&](std::string_view name) {
      return !isDevice(kernel, kernel.path(kNetworkClass, "/", name));
    });
  }
  return names;
}

std::optional<std::string_view> networkAttribute(Kernel& kernel, std::string_view device,
                                                 std::string_view attribute) {
  return readAttribute(kernel, kernel.path(kNetworkClass, "/", device, "/", attribute),
                       {EACCES, EPERM, EINVAL, EOPNOTSUPP, EISDIR, ENODEV});
}

}  // namespace orchestrator_exporter
