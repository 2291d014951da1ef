#include "http/security/tokens.h"

#include <cctype>
#include <stdexcept>
#include <utility>

#include "http/security/constant_time.h"

namespace orchestrator_exporter::http {
namespace {

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = line.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlanks) - begin + 1);
}

bool isToken(std::string_view text) {
  const std::size_t end = text.find_last_not_of('=');
  if (end == std::string_view::npos) return false;
  for (const char c : text.substr(0, end + 1)) {
    const bool isLetter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (!isLetter && std::string_view("-._~+/").find(c) == std::string_view::npos) return false;
  }
  return true;
}

std::string_view bytesOf(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::vector<Sha256Digest> digestsOf(std::string_view content) {
  std::vector<Sha256Digest> digests;
  for (std::size_t number = 1; !content.empty(); ++number) {
    const std::size_t end = content.find('\n');
    const std::string_view line = trimmed(content.substr(0, end));
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    if (!isToken(line)) {
      throw std::runtime_error("line " + std::to_string(number) +
                               ": expected a token of letters, digits and -._~+/=");
    }
    digests.push_back(sha256(line));
  }
  if (digests.empty()) throw std::runtime_error("has no token");
  return digests;
}

}  // namespace

TokenFile::TokenFile(std::string path, Log log) : path_(std::move(path)), log_(std::move(log)) {
  stamp_ = stampOf(path_);
  read();
}

void TokenFile::read() {
  try {
    digests_ = digestsOf(readConfiguration(path_));
  } catch (const std::exception& error) {
    throw std::runtime_error(path_ + ": " + error.what());
  }
}

bool TokenFile::has(std::string_view token) {
  const std::lock_guard lock(mutex_);
  if (const auto stamp = stampOf(path_); stamp != stamp_) {
    stamp_ = stamp;
    try {
      read();
      if (faulty_) log_(path_ + ": read again, its tokens count");
      faulty_ = false;
    } catch (const std::exception& error) {
      digests_.clear();
      if (!faulty_) log_(std::string(error.what()) + "; no token counts until it is mended");
      faulty_ = true;
    }
  }
  const Sha256Digest digest = sha256(token);
  bool found = false;
  for (const Sha256Digest& one : digests_)
    found |= equalInConstantTime(bytesOf(one), bytesOf(digest));
  return found;
}

}  // namespace orchestrator_exporter::http
