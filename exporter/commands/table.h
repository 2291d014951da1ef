#pragma once

#include <string>
#include <vector>

namespace orchestrator_exporter::commands {

using Row = std::vector<std::string>;

// Rows below a row of titles, in columns as a terminal shows them: what cannot be printed is shown
// as a question mark.
std::string tableText(std::vector<Row> rows);

}  // namespace orchestrator_exporter::commands
