#include "http/notify/channel.h"

#include <algorithm>
#include <stdexcept>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::notify {

template <typename Expand>
std::string TextFiller::filled(const std::string& text, const std::string& otherwise,
                               Expand expand) {
  try {
    return toUtf8(expand(text));
  } catch (const std::runtime_error& error) {
    errors_.emplace_back(error.what());
  }
  return otherwise.empty() || otherwise == text ? std::string() : filled(otherwise, {}, expand);
}

std::string TextFiller::fill(const std::string& text, const std::string& otherwise) {
  return filled(text, otherwise,
                [this](const std::string& any) { return style_.templates->expand(any, data_); });
}

std::string TextFiller::fillHtml(const std::string& text, const std::string& otherwise) {
  return filled(text, otherwise, [this](const std::string& any) {
    return style_.templates->expandHtml(any, data_);
  });
}

std::string escapedForSlack(std::string_view text) {
  std::string out;
  for (const char c : toUtf8(text)) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string cut(std::string_view text, std::size_t characters) {
  if (utf8Length(text) <= characters) return std::string(text);
  std::size_t end = 0;
  for (std::size_t kept = 0; kept + 1 < characters && end < text.size(); ++kept) {
    end += std::max<std::size_t>(utf8SequenceLength(text.substr(end)), 1);
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace orchestrator_exporter::http::notify
