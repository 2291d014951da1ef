#pragma once

#include <span>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// The name that somebody meant who wrote `written`: one that differs by one slip (a character too
// many, missing, wrong, or swapped with its neighbour), else the shortest one that begins so, else
// one that differs by two slips. Empty if there is none.
std::string_view nearestName(std::string_view written, std::span<const std::string> names);

}  // namespace orchestrator_exporter
