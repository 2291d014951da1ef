#include "exporter/footprint.h"

#include <gnu/lib-names.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>

namespace orchestrator_exporter {

namespace {

void releaseReadOnlySegments(const dl_phdr_info& object) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object.dlpi_phdr[i];
    // Only what can be read again from the file: a page that was ever written would be lost.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = object.dlpi_addr + segment.p_vaddr;
    const std::uintptr_t firstPage = begin & ~(page - 1);
    const std::uintptr_t end = begin + segment.p_memsz;
    madvise(reinterpret_cast<void*>(firstPage), end - firstPage, MADV_DONTNEED);
  }
}

bool isLibc(const dl_phdr_info& object) {
  return std::string_view(object.dlpi_name).ends_with(LIBC_SO);
}

template <typename Takes>
void releaseObjects(Takes takes) {
  const auto release = [](dl_phdr_info* object, std::size_t, void* wanted) {
    if ((*static_cast<Takes*>(wanted))(*object)) releaseReadOnlySegments(*object);
    return 0;
  };
  dl_iterate_phdr(release, &takes);
}

}  // namespace

void releaseStartMemory() {
  malloc_trim(0);
  releaseObjects([](const dl_phdr_info&) { return true; });
}

void releaseCode() {
  releaseObjects([](const dl_phdr_info& object) { return !isLibc(object); });
}

}  // namespace orchestrator_exporter
