#pragma once

namespace exporter {

// Gives back the memory that only the start needed: free heap, and the pages of code and constants
// that command line, constructors and relocation touched. What serving needs of them comes back
// from the page cache with the first scrape. (madvise(2), MADV_DONTNEED on read-only file
// mappings.)
void releaseStartMemory();

}  // namespace exporter
