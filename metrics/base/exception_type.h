#pragma once

#include <string>

namespace orchestrator_exporter {

// The type of the exception that is being handled, as the source spells it, such as
// "std::out_of_range" or "int". Empty if none is, or one that no C++ code threw, such as the
// cancellation of a thread.
std::string currentExceptionType();

}  // namespace orchestrator_exporter
