#include "http/client/retry_after.h"

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::http {

using std::chrono::milliseconds;

std::optional<milliseconds> parseRetryAfter(std::string_view field,
                                            std::chrono::system_clock::time_point now,
                                            std::chrono::minutes longest) {
  const auto bounded = [&](std::chrono::nanoseconds wait) {
    return std::clamp<milliseconds>(std::chrono::ceil<milliseconds>(wait), milliseconds(0),
                                    longest);
  };
  if (const auto seconds = parseUnsigned(field)) {
    const auto most = static_cast<std::uint64_t>(std::chrono::seconds(longest).count());
    return bounded(std::chrono::seconds(std::min(*seconds, most)));
  }
  tm parts{};
  const std::string text(field);
  const char* const end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return bounded(std::chrono::system_clock::from_time_t(timegm(&parts)) - now);
}

}  // namespace orchestrator_exporter::http
