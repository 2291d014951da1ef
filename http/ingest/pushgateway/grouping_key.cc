#include "http/ingest/pushgateway/grouping_key.h"

#include <algorithm>
#include <vector>

#include "metrics/base/base64.h"
#include "metrics/base/errors.h"
#include "metrics/base/names.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::pushgateway {
namespace {

constexpr std::string_view kBase64 = "@base64";
constexpr std::size_t kMostLabels = 64;

std::string decoded(std::string_view text) {
  std::string letters(text);
  while (letters.ends_with('=')) letters.pop_back();
  std::replace(letters.begin(), letters.end(), '-', '+');
  std::replace(letters.begin(), letters.end(), '_', '/');
  letters.resize((letters.size() + 3) / 4 * 4, '=');
  const auto bytes = decodeBase64(letters);
  if (!bytes) throw ParseError("expected base64url, got '" + ParseError::printable(text) + "'");
  return *bytes;
}

std::vector<std::string_view> segmentsOf(std::string_view path) {
  std::vector<std::string_view> segments;
  while (true) {
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    if (end == path.size()) return segments;
    path.remove_prefix(end + 1);
  }
}

}  // namespace

PushGroup::Labels groupingKey(std::string_view path) {
  auto segments = segmentsOf(path);
  if (segments.size() == 3 && segments.back().empty()) segments.pop_back();  // job/J/
  if (segments.size() % 2 != 0) {
    throw ParseError("expected labels and values in turn, got '" + ParseError::printable(path) +
                     "'");
  }
  if (segments.size() / 2 > kMostLabels) throw ParseError("expected 64 labels at most");
  PushGroup::Labels labels;
  for (std::size_t i = 0; i < segments.size(); i += 2) {
    std::string_view name = segments[i];
    const bool isEncoded = name.ends_with(kBase64);
    if (isEncoded) name.remove_suffix(kBase64.size());
    if (!isLegalLabelName(name) || name.starts_with("__")) {
      throw ParseError("expected the name of a label, got '" + ParseError::printable(name) + "'");
    }
    std::string value = isEncoded ? decoded(segments[i + 1]) : std::string(segments[i + 1]);
    if (!isUtf8(value)) throw ParseError("the value of " + std::string(name) + " is not UTF-8");
    if (!labels.emplace(name, std::move(value)).second) {
      throw ParseError("the label " + std::string(name) + " comes twice");
    }
  }
  if (labels["job"].empty()) throw ParseError("expected the name of a job");
  return labels;
}

}  // namespace orchestrator_exporter::http::pushgateway
