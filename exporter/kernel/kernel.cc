#include "exporter/kernel/kernel.h"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace orchestrator_exporter {

namespace {

bool isTolerated(int error, std::initializer_list<int> tolerated) {
  return error == ENOENT || error == ENOTDIR ||
         std::find(tolerated.begin(), tolerated.end(), error) != tolerated.end();
}

bool isOn(decltype(statfs::f_type) fileSystem, const std::string& path) {
  struct statfs status {};
  return statfs(path.c_str(), &status) == 0 && status.f_type == fileSystem;
}

DescriptorCache::End endOf(std::string_view path, DescriptorCache::End end) {
  return path.starts_with("proc/sys/") ? DescriptorCache::End::kShortAnswer : end;
}

std::string withoutTrailingSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

Kernel::Kernel(Roots roots) : roots_(std::move(roots)), descriptors_(roots_) {
  for (std::string* root : {&roots_.procfs, &roots_.sysfs, &roots_.rootfs, &roots_.udevData}) {
    *root = withoutTrailingSlash(*root);
  }
  readsRunningKernel_ = isOn(PROC_SUPER_MAGIC, roots_.procfs) && isOn(SYSFS_MAGIC, roots_.sysfs);
}

std::string_view Kernel::join(std::initializer_list<std::string_view> pieces) {
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  char* const joined = arena_.allocate(size);
  std::size_t at = 0;
  for (const std::string_view piece : pieces) {
    if (!piece.empty()) std::memcpy(joined + at, piece.data(), piece.size());
    at += piece.size();
  }
  return {joined, size};
}

DescriptorCache::Result Kernel::readFile(std::string_view path, End end) {
  return descriptors_.read(path, arena_, endOf(path, end));
}

std::optional<KernelFile> Kernel::read(std::string_view path, std::initializer_list<int> tolerated,
                                       End end) {
  const DescriptorCache::Result result = readFile(path, end);
  if (result.error == 0) return KernelFile{path, result.text};
  if (isTolerated(result.error, tolerated)) return std::nullopt;
  throw ReadError(result.error, path);
}

std::optional<KernelFile> Kernel::readIfPossible(std::string_view path, End end) {
  const DescriptorCache::Result result = readFile(path, end);
  if (result.error != 0) return std::nullopt;
  return KernelFile{path, result.text};
}

KernelFile Kernel::require(std::string_view path, End end) {
  if (auto file = read(path, {}, end)) return *file;
  throw ReadError(ENOENT, path);
}

std::optional<Row> Kernel::readLine(std::string_view path, std::initializer_list<int> tolerated) {
  const auto file = read(path, tolerated);
  if (!file) return std::nullopt;
  return file->firstLine();
}

std::optional<std::string_view> Kernel::readText(std::string_view path,
                                                 std::initializer_list<int> tolerated) {
  const auto file = read(path, tolerated);
  if (!file) return std::nullopt;
  return trim(file->text);
}

std::optional<std::uint64_t> Kernel::readUnsigned(std::string_view path,
                                                  std::initializer_list<int> tolerated) {
  const auto text = readText(path, tolerated);
  if (!text) return std::nullopt;
  if (const auto value = parseUnsigned(*text)) return value;
  throw ParseError(path, 1, "a whole number of at most 64 bits", *text);
}

std::optional<std::int64_t> Kernel::readInteger(std::string_view path,
                                                std::initializer_list<int> tolerated) {
  const auto text = readText(path, tolerated);
  if (!text) return std::nullopt;
  if (const auto value = parseInteger(*text)) return value;
  throw ParseError(path, 1, "a whole number", *text);
}

std::string_view Kernel::textOrEmpty(std::string_view path) {
  return trim(readFile(path, End::kSought).text);
}

std::optional<std::vector<std::string_view>> Kernel::list(std::string_view path,
                                                          std::initializer_list<int> tolerated,
                                                          Listed listed) {
  DescriptorCache::Listing listing = descriptors_.list(path, arena_, listed);
  if (listing.error == 0) {
    std::sort(listing.names.begin(), listing.names.end());
    return std::move(listing.names);
  }
  if (isTolerated(listing.error, tolerated)) return std::nullopt;
  throw ReadError(listing.error, path);
}

bool Kernel::exists(std::string_view path) { return descriptors_.exists(path); }

std::optional<std::string> Kernel::linkTarget(std::string_view path) const {
  char target[PATH_MAX];
  const ssize_t size = readlink(resolve(path).c_str(), target, sizeof target);
  if (size < 0) return std::nullopt;
  return std::string(target, static_cast<std::size_t>(size));
}

}  // namespace orchestrator_exporter
