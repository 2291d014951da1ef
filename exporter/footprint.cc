#include "exporter/footprint.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace exporter {

namespace {

int releaseReadOnlySegments(dl_phdr_info* object, std::size_t, void*) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    // Only what can be read again from the file: a page that was ever written would be lost.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
    const std::uintptr_t firstPage = begin & ~(page - 1);
    const std::uintptr_t end = begin + segment.p_memsz;
    madvise(reinterpret_cast<void*>(firstPage), end - firstPage, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void releaseStartMemory() {
  malloc_trim(0);
  releaseCode();
}

void releaseCode() { dl_iterate_phdr(releaseReadOnlySegments, nullptr); }

}  // namespace exporter
