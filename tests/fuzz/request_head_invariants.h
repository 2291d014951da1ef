#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "http/front/parsing/characters.h"
#include "http/front/parsing/request_head.h"
#include "http/front/parsing/request_target.h"
#include "http/server/header_value.h"

// What holds for http::parseRequestHead() and any bytes, for the fuzzer and for the test that makes
// its own bytes.
namespace orchestrator_exporter::test {

// What became of some bytes: a head, a refusal (status above 0), or neither while more must come.
struct HeadOutcome {
  std::optional<http::RequestHead> head;
  int status = 0;
  std::string reason;

  bool settled() const { return head || status > 0; }
  bool operator==(const HeadOutcome&) const = default;
};

inline HeadOutcome headOutcome(std::string_view bytes) {
  try {
    return {.head = http::parseRequestHead(bytes), .reason = {}};
  } catch (const http::HttpError& error) {
    return {.head = std::nullopt, .status = error.status(), .reason = error.what()};
  }
}

// As the head is written again, each part in its plainest form, with this target.
inline std::string canonicalHead(const http::RequestHead& head, const std::string& target) {
  std::string text =
      head.method + " " + target + " HTTP/1." + std::to_string(head.minorVersion) + "\r\n";
  for (const auto& [name, value] : head.fields) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

// Whether a head that is written again reads as it did.
inline bool survivesRewriting(const http::RequestHead& head) {
  const auto readsAsBefore = [&head](const std::string& target) {
    const std::string text = canonicalHead(head, target);
    // A longer target or Host may have grown beyond the limits.
    if (text.size() > http::kMaxRequestLineBytes) return true;
    const auto again = http::parseRequestHead(text);
    http::RequestHead expected = head;
    expected.bytes = text.size();
    return again == expected;
  };
  const bool hostIsKept = head.host.empty() || head.header("Host");
  if (hostIsKept && !readsAsBefore(head.target)) return false;
  if (head.host.empty()) return true;
  return readsAsBefore("http://" + head.host + (head.target == "*" ? "" : head.target));
}

inline bool isWellFormed(const http::RequestHead& head) {
  const auto allIn = [](http::ByteClass set, std::string_view text) {
    return std::all_of(text.begin(), text.end(), [set](char c) { return http::isIn(set, c); });
  };
  if (head.method.empty() || !allIn(http::ByteClass::kToken, head.method)) return false;
  if (!head.target.starts_with('/') && head.target != "*") return false;
  if (!allIn(http::ByteClass::kTarget, head.target)) return false;
  if (!head.host.empty() && !http::isHostAndPort(head.host)) return false;
  if (head.chunked && (head.contentLength || head.minorVersion == 0)) return false;
  if (head.fields.size() > http::kMaxFields || head.bytes > http::kMaxHeadBytes) return false;
  int hosts = 0;
  for (const auto& [name, value] : head.fields) {
    if (name.empty() || !allIn(http::ByteClass::kToken, name)) return false;
    if (!allIn(http::ByteClass::kValue, value) || http::trimmed(value) != value) return false;
    if (http::equalIgnoringCase(name, "Host")) ++hosts;
  }
  return hosts == 1 || (hosts == 0 && head.minorVersion == 0);
}

// The first promise that http::parseRequestHead() breaks for these bytes, coming in two parts that
// are cut at each of `cuts`; nullopt if it holds them all.
inline std::optional<std::string> brokenPromise(std::string_view bytes,
                                                std::initializer_list<std::size_t> cuts) {
  const HeadOutcome whole = headOutcome(bytes);
  for (const std::size_t cut : cuts) {
    const HeadOutcome part = headOutcome(bytes.substr(0, cut));
    if (part.settled() && part != whole) return "more bytes change what was settled";
  }
  if (!whole.head) return std::nullopt;
  const http::RequestHead& head = *whole.head;
  if (head.bytes > bytes.size()) return "the head is larger than what came";
  if (!bytes.substr(0, head.bytes).ends_with("\r\n\r\n")) return "the head has no empty line";
  if (headOutcome(bytes.substr(0, head.bytes)) != whole) return "the head needs what follows it";
  if (headOutcome(bytes.substr(0, head.bytes - 1)).settled()) return "the head is whole too early";
  if (!isWellFormed(head)) return "the head is not what it is said to be";
  if (!survivesRewriting(head)) return "the head reads differently when it is written again";
  return std::nullopt;
}

}  // namespace orchestrator_exporter::test
