#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter {

// A name as it was before the kernel wrote it into a table whose columns blanks separate. There,
// blanks, tabs, newlines, backslashes and what else the table needs stand as a backslash and three
// octal digits (mangle_path() of the kernel, proc_pid_mountinfo(5)). A backslash that no such
// digits follow stays.
std::string withoutOctalEscapes(std::string_view text);

}  // namespace orchestrator_exporter
