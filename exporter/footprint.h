#pragma once

namespace orchestrator_exporter {

// Gives back the memory that only the start needed: free heap, and the pages of code and constants
// that command line, constructors and relocation touched. What serving needs of them comes back
// from the page cache with the first scrape. (madvise(2), MADV_DONTNEED on read-only file
// mappings.)
void releaseStartMemory();

// Gives back the pages of code and constants alone: those that each scrape needs come back with the
// next one, in about 0.2 ms, and those that only the first scrapes, an error or a visitor of the
// landing page needed stay out. Not so libc: its pages are shared with every process of the machine
// anyway, and each connection that begins or ends needs some. Callable while other threads run.
void releaseCode();

}  // namespace orchestrator_exporter
