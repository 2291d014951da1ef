#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// What each fuzz target defines.

// Inputs to begin with, each right or nearly so.
std::vector<std::string> seeds();

// libFuzzer's entry: ends the process if the input breaks a promise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
