#include "exporter/kernel/network_class.h"

#include <sys/stat.h>

#include <cerrno>

#include "exporter/kernel/attribute.h"

namespace exporter {

namespace {

constexpr std::string_view kNetworkClass = "sys/class/net";

bool isPlainFile(const Kernel& kernel, std::string_view path) {
  struct stat status {};
  return lstat(kernel.resolve(path).c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

std::optional<std::vector<std::string_view>> networkDevices(Kernel& kernel) {
  auto names = kernel.list(kNetworkClass, {EACCES, EPERM});
  if (names) {
    std::erase_if(*names, [&](std::string_view name) {
      return isPlainFile(kernel, kernel.path(kNetworkClass, "/", name));
    });
  }
  return names;
}

std::optional<std::string_view> networkAttribute(Kernel& kernel, std::string_view device,
                                                 std::string_view attribute) {
  return readAttribute(kernel, kernel.path(kNetworkClass, "/", device, "/", attribute),
                       {EACCES, EPERM, EINVAL, EOPNOTSUPP, EISDIR});
}

}  // namespace exporter
