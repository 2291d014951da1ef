#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter {

// Undoes the escapes of names in files such as proc/swaps and proc/<pid>/mountinfo: the kernel
// (mangle_path() in fs/seq_file.c) writes a blank, a tab, a line end or a backslash as a backslash
// and three octal digits. A backslash that no three octal digits up to 377 follow stays.
std::string undoOctalEscapes(std::string_view text);

}  // namespace orchestrator_exporter
