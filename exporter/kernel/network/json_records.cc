#include "exporter/kernel/network/json_records.h"

#include <strings.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace orchestrator_exporter {

namespace {

const nlohmann::json kNull;

bool equalInAnyCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// The six bits that a letter of base64 stands for; nullopt for any other.
std::optional<unsigned> bitsOf(char letter) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t at = kLetters.find(letter);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(at));
}

// nullopt if the text is not base64 with its padding. Line ends in it mean nothing.
std::optional<std::string> decodeBase64(std::string text) {
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.pop_back();
    ++padding;
  }
  std::string bytes;
  unsigned pending = 0;
  unsigned pendingBits = 0;
  for (const char letter : text) {
    const auto bits = bitsOf(letter);
    if (!bits) return std::nullopt;
    pending = (pending << 6 | *bits) & 0xffff;
    pendingBits += 6;
    if (pendingBits < 8) continue;
    pendingBits -= 8;
    bytes.push_back(static_cast<char>(pending >> pendingBits & 0xff));
  }
  return bytes;
}

}  // namespace

JsonRecord::JsonRecord(std::string_view path, const nlohmann::json& object)
    : path_(path), object_(&object) {
  if (!object.is_object() && !object.is_null()) {
    throw ParseError(path, 0, "an object", object.type_name());
  }
}

void JsonRecord::refuse(std::string_view name, const char* expected) const {
  throw ParseError(path_, 0, std::string(expected) + " as " + std::string(name),
                   find(name)->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

const nlohmann::json* JsonRecord::find(std::string_view name) const {
  const nlohmann::json* found = &kNull;
  if (!object_->is_object()) return found;
  for (const auto& [key, value] : object_->items()) {
    if (equalInAnyCase(key, name)) found = &value;
  }
  return found;
}

std::string JsonRecord::text(std::string_view name) const {
  const nlohmann::json& value = *find(name);
  if (value.is_null()) return {};
  if (!value.is_string()) refuse(name, "a text");
  return value.get<std::string>();
}

std::uint64_t JsonRecord::unsignedInteger(std::string_view name, std::uint64_t largest) const {
  const nlohmann::json& value = *find(name);
  if (value.is_null()) return 0;
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > largest) {
    refuse(name, "a whole number in range");
  }
  return value.get<std::uint64_t>();
}

std::int64_t JsonRecord::integer(std::string_view name) const {
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
  const nlohmann::json& value = *find(name);
  if (value.is_null()) return 0;
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() && value.get<std::uint64_t>() > kLargest)) {
    refuse(name, "a whole number in range");
  }
  return value.get<std::int64_t>();
}

std::string JsonRecord::bytes(std::string_view name) const {
  const auto decoded = decodeBase64(text(name));
  if (!decoded) refuse(name, "base64");
  return *decoded;
}

JsonFile::JsonFile(std::string_view path, nlohmann::json&& content)
    : path_(path), content_(std::make_unique<nlohmann::json>(std::move(content))) {}

JsonFile::~JsonFile() = default;
JsonFile::JsonFile(JsonFile&&) noexcept = default;
JsonFile& JsonFile::operator=(JsonFile&&) noexcept = default;

std::optional<JsonFile> JsonFile::read(Kernel& kernel, std::string_view path) {
  const auto file = kernel.read(path);
  if (!file) return std::nullopt;
  auto content = nlohmann::json::parse(file->text, nullptr, /*allow_exceptions=*/false);
  if (content.is_discarded()) throw ParseError(path, 0, "JSON", file->text);
  return JsonFile(path, std::move(content));
}

std::size_t JsonFile::size() const {
  if (content_->is_null()) return 0;
  if (!content_->is_array()) throw ParseError(path_, 0, "a list", content_->type_name());
  return content_->size();
}

JsonRecord JsonFile::item(std::size_t index) const { return {path_, (*content_)[index]}; }

JsonRecord JsonFile::object() const { return {path_, *content_}; }

}  // namespace orchestrator_exporter
