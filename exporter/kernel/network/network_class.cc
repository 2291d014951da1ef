#include "exporter/kernel/network/network_class.h"

#include <sys/stat.h>

#include <cerrno>

#include "exporter/kernel/attribute.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kNetworkClass = "sys/class/net";

// False for plain files and for what went meanwhile. A link that leads to no folder belongs to no
// running kernel.
bool isDevice(const Kernel& kernel, std::string_view path) {
  struct stat status {};
  const std::string resolved = kernel.resolve(path);
  const int error = stat(resolved.c_str(), &status) == 0 ? ENOTDIR : errno;
  if (S_ISDIR(status.st_mode)) return true;
  if (lstat(resolved.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return false;
  throw ReadError(error, path);
}

}  // namespace

std::optional<std::vector<std::string_view>> networkDevices(Kernel& kernel) {
  auto names = kernel.list(kNetworkClass, {EACCES, EPERM}, Kernel::Listed::kNoPlainFiles);
  // The links of a running kernel all lead to devices.
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
                       {EACCES, EPERM, EINVAL, EOPNOTSUPP, EISDIR});
}

}  // namespace orchestrator_exporter
