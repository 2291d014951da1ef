#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// An object of a JSON file that stands in for what the kernel would answer. Members are found by
// name in any case; one that is missing or null is empty or 0. Throws ParseError, which names the
// file and the member, where a member is of another type or out of range. Valid while its file is.
class JsonRecord {
 public:
  JsonRecord(std::string_view path, const nlohmann::json& object);

  std::string text(std::string_view name) const;
  std::uint64_t unsignedInteger(
      std::string_view name,
      std::uint64_t largest = std::numeric_limits<std::uint64_t>::max()) const;
  std::int64_t integer(std::string_view name) const;
  // Bytes that are written in base64.
  std::string bytes(std::string_view name) const;

 private:
  const nlohmann::json* find(std::string_view name) const;
  [[noreturn]] void refuse(std::string_view name, const char* expected) const;

  std::string_view path_;
  const nlohmann::json* object_;
};

// A JSON file: one object, or a list of objects.
class JsonFile {
 public:
  // nullopt if the file does not exist. Throws ReadError, and ParseError where it is not JSON.
  static std::optional<JsonFile> read(Kernel& kernel, std::string_view path);
  ~JsonFile();
  JsonFile(JsonFile&&) noexcept;
  JsonFile& operator=(JsonFile&&) noexcept;

  // How many objects the list has; none if the file says null. Throws ParseError for what is no
  // list.
  std::size_t size() const;
  // One of the list. Throws ParseError for what is no object.
  JsonRecord item(std::size_t index) const;
  JsonRecord object() const;

 private:
  JsonFile(std::string_view path, nlohmann::json&& content);

  std::string path_;
  std::unique_ptr<nlohmann::json> content_;
};

}  // namespace orchestrator_exporter
