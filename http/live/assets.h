#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::http::live {

// A file of the live page, as the build packed it (cmake/LivePage.cmake).
struct Asset {
  std::string_view name;    // such as "main.js"
  std::string_view packed;  // one gzip member
  std::size_t size;         // of the text
};

// All of them; none if the program was built without web parts.
const std::vector<Asset>& assets();

// Another one whenever any file is another one: part of the address, so that browsers may keep
// them.
std::string_view assetsTag();

// The text of a file. Throws std::logic_error for one that is not there.
std::string assetText(std::string_view name);

}  // namespace orchestrator_exporter::http::live
