#include "exporter/probes/dns_message.h"

#include <array>
#include <utility>

#include "exporter/probes/waiting.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::probes {

namespace {

using Named = std::pair<std::string_view, std::uint16_t>;

constexpr std::array kTypes = {
    Named{"A", 1},     Named{"NS", 2},       Named{"CNAME", 5},  Named{"SOA", 6},
    Named{"PTR", 12},  Named{"HINFO", 13},   Named{"MX", 15},    Named{"TXT", 16},
    Named{"AAAA", 28}, Named{"SRV", 33},     Named{"NAPTR", 35}, Named{"DNAME", 39},
    Named{"OPT", 41},  Named{"DS", 43},      Named{"SSHFP", 44}, Named{"RRSIG", 46},
    Named{"NSEC", 47}, Named{"DNSKEY", 48},  Named{"NSEC3", 50}, Named{"TLSA", 52},
    Named{"CDS", 59},  Named{"CDNSKEY", 60}, Named{"SVCB", 64},  Named{"HTTPS", 65},
    Named{"SPF", 99},  Named{"IXFR", 251},   Named{"AXFR", 252}, Named{"ANY", 255},
    Named{"URI", 256}, Named{"CAA", 257}};
constexpr std::array kClasses = {Named{"IN", 1}, Named{"CH", 3}, Named{"HS", 4}, Named{"NONE", 254},
                                 Named{"ANY", 255}};
constexpr std::array kCodes = {
    Named{"NOERROR", 0}, Named{"FORMERR", 1},   Named{"SERVFAIL", 2},  Named{"NXDOMAIN", 3},
    Named{"NOTIMP", 4},  Named{"REFUSED", 5},   Named{"YXDOMAIN", 6},  Named{"YXRRSET", 7},
    Named{"NXRRSET", 8}, Named{"NOTAUTH", 9},   Named{"NOTZONE", 10},  Named{"BADSIG", 16},
    Named{"BADKEY", 17}, Named{"BADTIME", 18},  Named{"BADMODE", 19},  Named{"BADNAME", 20},
    Named{"BADALG", 21}, Named{"BADTRUNC", 22}, Named{"BADCOOKIE", 23}};

template <typename Names>
std::optional<std::uint16_t> numberOf(const Names& names, std::string_view word,
                                      std::string_view prefix) {
  for (const auto& [name, number] : names) {
    if (name == word) return number;
  }
  if (prefix.empty() || !word.starts_with(prefix)) return std::nullopt;
  const auto number = parseUnsigned(word.substr(prefix.size()));
  if (!number || *number > UINT16_MAX) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

template <typename Names>
std::string nameOf(const Names& names, std::uint16_t number, std::string_view prefix) {
  for (const auto& [name, known] : names) {
    if (known == number) return std::string(name);
  }
  return std::string(prefix) + std::to_string(number);
}

void append16(std::string& to, unsigned value) {
  to += static_cast<char>(value >> 8 & 0xff);
  to += static_cast<char>(value & 0xff);
}

// The parts of a name, each behind a byte with its size, and an empty one.
std::string encodedName(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string wire;
  while (!name.empty()) {
    const std::string_view part = name.substr(0, name.find('.'));
    if (part.empty() || part.size() > 63) throw ProbeFailure("invalid DNS name");
    wire += static_cast<char>(part.size());
    wire += part;
    name.remove_prefix(part.size());
    if (name.empty()) break;
    name.remove_prefix(1);
    if (name.empty()) throw ProbeFailure("invalid DNS name");
  }
  wire += '\0';
  if (wire.size() > 255) throw ProbeFailure("invalid DNS name");
  return wire;
}

bool isSameName(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (small(a[i]) != small(b[i])) return false;
  }
  return true;
}

// Reads a message from the front to the back.
class Cursor {
 public:
  explicit Cursor(std::string_view message, std::size_t at = 0) : message_(message), at_(at) {}

  unsigned byte() {
    need(1);
    return static_cast<unsigned char>(message_[at_++]);
  }
  unsigned word() {
    const unsigned high = byte();
    return high << 8 | byte();
  }
  std::uint32_t longWord() {
    const std::uint32_t high = word();
    return high << 16 | word();
  }
  std::string_view bytes(std::size_t count) {
    need(count);
    at_ += count;
    return message_.substr(at_ - count, count);
  }
  std::string name();
  std::string quoted();
  std::size_t at() const { return at_; }

 private:
  void need(std::size_t count) const {
    if (message_.size() - at_ < count) throw ProbeFailure("the DNS answer is cut off");
  }

  std::string_view message_;
  std::size_t at_;
};

void appendEscapedByte(std::string& to, char c, std::string_view special) {
  const auto code = static_cast<unsigned char>(c);
  if (code < 32 || code > 126) {
    const std::string digits = std::to_string(code);
    to += '\\' + std::string(3 - digits.size(), '0') + digits;
    return;
  }
  if (special.find(c) != std::string_view::npos) to += '\\';
  to += c;
}

// Pointers lead backwards only, so that they end.
std::string Cursor::name() {
  std::string text;
  std::size_t behind = 0;
  std::size_t limit = at_;
  for (;;) {
    const unsigned size = byte();
    if (size == 0) break;
    if (size >= 0xc0) {
      const std::size_t target = (size & 0x3f) << 8 | byte();
      if (behind == 0) behind = at_;
      if (target >= limit) throw ProbeFailure("a name of the DNS answer has no end");
      limit = at_ = target;
      continue;
    }
    if (size > 63) throw ProbeFailure("a name of the DNS answer makes no sense");
    for (const char c : bytes(size)) appendEscapedByte(text, c, ".\\\" @;()$'");
    text += '.';
    if (text.size() > 1024) throw ProbeFailure("a name of the DNS answer is too long");
  }
  if (behind != 0) at_ = behind;
  return text.empty() ? "." : text;
}

std::string Cursor::quoted() {
  std::string text = "\"";
  for (const char c : bytes(byte())) appendEscapedByte(text, c, "\"\\");
  return text + '"';
}

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string soaText(Cursor& data) {
  std::string text = data.name();
  text += ' ' + data.name();
  for (int i = 0; i < 5; ++i) text += ' ' + number(data.longWord());
  return text;
}

std::string caaText(Cursor& data, std::size_t end) {
  std::string text = number(data.byte());
  const unsigned size = data.byte();
  text += ' ';
  text += data.bytes(size);
  text += " \"";
  if (data.at() > end) throw ProbeFailure("a record of the DNS answer makes no sense");
  for (const char c : data.bytes(end - data.at())) appendEscapedByte(text, c, "\"\\");
  return text + '"';
}

std::string unknownText(std::string_view data) {
  std::string text = "\\# " + number(data.size());
  if (!data.empty()) text += ' ';
  for (const char c : data) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string zoneText(std::string_view message, const DnsRecord& record, std::size_t begin) {
  const std::size_t end = begin + record.data.size();
  Cursor data(message.substr(0, end), begin);
  switch (record.type) {
    case 1:
    case 28:
      if (record.data.size() != (record.type == 1 ? 4U : 16U)) break;
      return IpAddress::ofBytes(record.data).text();
    case 2:
    case 5:
    case 12:
    case 39:
      return data.name();
    case 6:
      return soaText(data);
    case 15: {
      const std::string preference = number(data.word());
      return preference + ' ' + data.name();
    }
    case 16:
    case 99: {
      std::string text;
      while (data.at() < end) text += (text.empty() ? "" : " ") + data.quoted();
      return text;
    }
    case 33: {
      std::string text;
      for (int i = 0; i < 3; ++i) text += number(data.word()) + ' ';
      return text + data.name();
    }
    case 257:
      return caaText(data, end);
    default:
      break;
  }
  return unknownText(record.data);
}

DnsRecord readRecord(std::string_view message, Cursor& cursor) {
  DnsRecord record;
  record.name = cursor.name();
  record.type = static_cast<std::uint16_t>(cursor.word());
  record.klass = static_cast<std::uint16_t>(cursor.word());
  record.ttl = cursor.longWord();
  const unsigned size = cursor.word();
  const std::size_t begin = cursor.at();
  record.data = cursor.bytes(size);
  record.zone = zoneText(message, record, begin);
  return record;
}

}  // namespace

std::string DnsRecord::text() const {
  return name + '\t' + number(ttl) + '\t' + nameOf(kClasses, klass, "CLASS") + '\t' +
         nameOf(kTypes, type, "TYPE") + '\t' + zone;
}

std::string encodeQuestion(const DnsQuestion& question, std::uint16_t id) {
  constexpr unsigned kRecursionDesired = 0x0100;
  std::string message;
  append16(message, id);
  append16(message, question.recursionDesired ? kRecursionDesired : 0);
  append16(message, 1);
  for (int i = 0; i < 3; ++i) append16(message, 0);
  message += encodedName(question.name);
  append16(message, question.type);
  append16(message, question.klass);
  return message;
}

std::optional<DnsAnswer> decodeAnswer(std::string_view message, const DnsQuestion& question,
                                      std::uint16_t id) {
  constexpr unsigned kIsAnswer = 0x8000;
  constexpr unsigned kTruncated = 0x0200;
  Cursor cursor(message);
  if (cursor.word() != id) return std::nullopt;
  const unsigned flags = cursor.word();
  if ((flags & kIsAnswer) == 0) return std::nullopt;
  std::array<unsigned, 4> counts{};
  for (unsigned& count : counts) count = cursor.word();
  std::string asked = question.name.ends_with('.') ? question.name : question.name + '.';
  for (unsigned i = 0; i < counts[0]; ++i) {
    const std::string name = cursor.name();
    const unsigned type = cursor.word();
    const unsigned klass = cursor.word();
    const bool isSame = isSameName(name, asked) && type == question.type && klass == question.klass;
    if (!isSame) return std::nullopt;
  }
  DnsAnswer answer;
  answer.code = flags & 0xf;
  answer.isTruncated = (flags & kTruncated) != 0;
  std::array sections = {&answer.answers, &answer.authorities, &answer.additionals};
  for (std::size_t section = 0; section < sections.size(); ++section) {
    for (unsigned i = 0; i < counts[section + 1]; ++i) {
      sections[section]->push_back(readRecord(message, cursor));
    }
  }
  return answer;
}

std::optional<std::uint16_t> dnsType(std::string_view word) {
  return numberOf(kTypes, word, "TYPE");
}
std::optional<std::uint16_t> dnsClass(std::string_view word) {
  return numberOf(kClasses, word, "CLASS");
}
std::optional<std::uint16_t> dnsCode(std::string_view word) { return numberOf(kCodes, word, ""); }

std::optional<std::uint32_t> serialOf(const DnsRecord& record) {
  constexpr std::uint16_t kSoa = 6;
  if (record.type != kSoa) return std::nullopt;
  // The third word of its text, behind two names, in which spaces are escaped.
  std::size_t at = 0;
  for (int skipped = 0; skipped < 2; ++skipped) {
    at = record.zone.find(' ', at);
    while (at > 0 && record.zone[at - 1] == '\\') at = record.zone.find(' ', at + 1);
    ++at;
  }
  const auto serial = parseUnsigned(record.zone.substr(at, record.zone.find(' ', at) - at));
  return serial ? std::optional(static_cast<std::uint32_t>(*serial)) : std::nullopt;
}

}  // namespace orchestrator_exporter::probes
