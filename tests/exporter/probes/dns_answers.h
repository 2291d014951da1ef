#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orchestrator_exporter::probes::test {

// Messages of a server of the DNS, made by hand (RFC 1035, section 4).

inline std::string two(unsigned value) {
  return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}
inline std::string four(std::uint32_t value) { return two(value >> 16) + two(value & 0xffff); }

// A record of the name that was asked for.
inline std::string record(std::uint16_t type, const std::string& data, std::uint32_t ttl = 60) {
  constexpr unsigned kAskedName = 0xc00c;  // where the question has it
  return two(kAskedName) + two(type) + two(1) + four(ttl) +
         two(static_cast<unsigned>(data.size())) + data;
}

// What answers a question: its id and question again, then the records.
inline std::string answerTo(std::string_view question, const std::string& answers,
                            unsigned answerCount, unsigned code = 0, const std::string& others = "",
                            unsigned authorities = 0, unsigned additionals = 0,
                            unsigned flags = 0x8180) {
  return std::string(question.substr(0, 2)) + two(flags | code) + two(1) + two(answerCount) +
         two(authorities) + two(additionals) + std::string(question.substr(12)) + answers + others;
}

// The type that a question asks for, at its end before the class.
inline unsigned typeOf(std::string_view question) {
  const auto byte = [&](std::size_t fromEnd) {
    return static_cast<unsigned>(static_cast<unsigned char>(question[question.size() - fromEnd]));
  };
  return byte(4) << 8 | byte(3);
}

}  // namespace orchestrator_exporter::probes::test
