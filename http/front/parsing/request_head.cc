#include "http/front/parsing/request_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <system_error>
#include <utility>

#include "http/front/parsing/characters.h"
#include "http/front/parsing/request_target.h"
#include "http/server/header_value.h"

namespace orchestrator_exporter::http {
namespace {

[[noreturn]] void refuse(int status, const std::string& reason) { throw HttpError(status, reason); }

// A position in the bytes that are there. What more bytes may still complete makes its functions
// say so, what no byte can mend makes them throw.
class Cursor {
 public:
  Cursor(std::string_view bytes, std::size_t position) : bytes_(bytes), position_(position) {}

  std::size_t position() const { return position_; }
  bool atEnd() const { return position_ == bytes_.size(); }
  char next() const { return bytes_[position_]; }  // not at the end
  void skip() { ++position_; }

  std::string_view takeAll(ByteClass wanted) {
    const std::string_view rest = bytes_.substr(position_);
    const auto end =
        std::find_if_not(rest.begin(), rest.end(), [wanted](char c) { return isIn(wanted, c); });
    const auto taken = static_cast<std::size_t>(end - rest.begin());
    position_ += taken;
    return rest.substr(0, taken);
  }

  // Takes a CRLF; false while it is not whole. `otherwise` is why another byte is refused here.
  bool takeLineEnd(const char* otherwise) {
    if (atEnd()) return false;
    if (next() == '\n') refuse(400, "a line ends in LF without CR");
    if (next() != '\r') refuse(400, otherwise);
    if (position_ + 1 == bytes_.size()) return false;
    if (bytes_[position_ + 1] != '\n') refuse(400, "a CR without LF");
    position_ += 2;
    return true;
  }

 private:
  std::string_view bytes_;
  std::size_t position_;
};

std::optional<std::uint64_t> parseLength(std::string_view digits) {
  std::uint64_t length = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, length);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return length;
}

// Reads one head. Fields stay views until all of it was found to be right.
class HeadReader {
 public:
  explicit HeadReader(std::string_view bytes) : bytes_(bytes.substr(0, kMaxHeadBytes)) {}

  std::optional<RequestHead> read() {
    Cursor cursor(bytes_, 0);
    if (skipEmptyLine(cursor) && readRequestLine(cursor) && readFields(cursor)) {
      return finish(cursor.position());
    }
    if (bytes_.size() == kMaxHeadBytes) {
      refuse(431, "the head is larger than " + std::to_string(kMaxHeadBytes) + " bytes");
    }
    return std::nullopt;
  }

 private:
  using FieldView = std::pair<std::string_view, std::string_view>;
  struct Version {
    int major = 0;
    int minor = 0;
  };

  // One, as some clients send it after the body before (RFC 9112, 2.2).
  static bool skipEmptyLine(Cursor& cursor) {
    if (cursor.atEnd()) return false;
    return cursor.next() != '\r' || cursor.takeLineEnd("");
  }

  bool readRequestLine(Cursor& cursor) {
    const std::size_t end = cursor.position() + kMaxRequestLineBytes;
    Cursor line(bytes_.substr(0, end), cursor.position());
    if (!(readMethod(line) && readTarget(line) && readVersion(line))) {
      if (line.position() == end) {
        refuse(414, "the request line is longer than " + std::to_string(kMaxRequestLineBytes) +
                        " bytes");
      }
      return false;
    }
    cursor = Cursor(bytes_, line.position());
    if (!cursor.takeLineEnd("something follows the version")) return false;
    if (version_.major == 0) refuse(400, "HTTP/0 is not spoken here");
    if (version_.major > 1) refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    head_.minorVersion = std::min(version_.minor, 1);
    target_ = parseRequestTarget(method_, sentTarget_);
    return true;
  }

  bool readMethod(Cursor& line) {
    method_ = line.takeAll(ByteClass::kToken);
    if (method_.size() > kMaxMethodBytes) refuse(501, "the method is longer than any known one");
    if (line.atEnd()) return false;
    if (method_.empty() || line.next() != ' ') {
      refuse(400, "the request does not begin with a method and a space");
    }
    if (method_ == "CONNECT") refuse(501, "CONNECT is not implemented");
    line.skip();
    return true;
  }

  bool readTarget(Cursor& line) {
    sentTarget_ = line.takeAll(ByteClass::kTarget);
    if (!sentTarget_.empty()) {
      const char first = sentTarget_.front();
      if (first != '/' && first != '*' && !isLetter(first)) {
        refuse(400, "the target is neither a path nor a URL");
      }
    }
    if (line.atEnd()) return false;
    if (line.next() == '#') refuse(400, "the target has a fragment");
    if (sentTarget_.empty() || line.next() != ' ') {
      refuse(400, "the method is not followed by a target of visible ASCII and a space");
    }
    line.skip();
    return true;
  }

  bool readVersion(Cursor& line) {
    constexpr std::string_view kShape = "HTTP/0.0";  // 0: any digit
    std::array<char, kShape.size()> sent{};
    for (std::size_t i = 0; i < kShape.size(); ++i) {
      if (line.atEnd()) return false;
      sent[i] = line.next();
      if (kShape[i] == '0' ? !isDigit(sent[i]) : sent[i] != kShape[i]) {
        refuse(400, "the request line does not end in a version such as HTTP/1.1");
      }
      line.skip();
    }
    version_ = {.major = sent[5] - '0', .minor = sent[7] - '0'};
    return true;
  }

  bool readFields(Cursor& cursor) {
    while (!cursor.atEnd()) {
      if (cursor.next() == '\r' || cursor.next() == '\n') return cursor.takeLineEnd("");
      if (fieldCount_ == kMaxFields) {
        refuse(431, "there are more than " + std::to_string(kMaxFields) + " header fields");
      }
      if (!readField(cursor)) return false;
    }
    return false;
  }

  bool readField(Cursor& cursor) {
    const std::string_view name = cursor.takeAll(ByteClass::kToken);
    if (cursor.atEnd()) return false;
    if (name.empty() || cursor.next() != ':') refuseName(name, cursor.next());
    cursor.skip();
    std::string_view value = cursor.takeAll(ByteClass::kValue);
    if (!cursor.takeLineEnd("a control character in the value of a header field")) return false;
    value = trimmed(value);
    fields_[fieldCount_++] = {name, value};
    apply(name, value);
    return true;
  }

  [[noreturn]] static void refuseName(std::string_view name, char next) {
    const bool whitespace = next == ' ' || next == '\t';
    if (name.empty() && whitespace) refuse(400, "a header field is folded");
    if (name.empty() && next == ':') refuse(400, "a header field has no name");
    if (whitespace) refuse(400, "whitespace in the name of a header field");
    refuse(400, "a header field does not begin with a name and a colon");
  }

  // What a field means for the message itself.
  void apply(std::string_view name, std::string_view value) {
    if (equalIgnoringCase(name, "Host")) {
      applyHost(value);
    } else if (equalIgnoringCase(name, "Content-Length")) {
      applyContentLength(value);
    } else if (equalIgnoringCase(name, "Transfer-Encoding")) {
      applyTransferEncoding(value);
    } else if (equalIgnoringCase(name, "Connection")) {
      close_ = close_ || listNames(value, "close");
      keepAlive_ = keepAlive_ || listNames(value, "keep-alive");
    } else if (equalIgnoringCase(name, "Expect")) {
      if (!equalIgnoringCase(value, "100-continue")) {
        refuse(417, "the only expectation met here is 100-continue");
      }
      // HTTP/1.0 has no 100 (RFC 9110, 10.1.1).
      head_.expectsContinue = head_.minorVersion > 0;
    }
  }

  void applyHost(std::string_view value) {
    if (hostIndex_) refuse(400, "there is more than one Host");
    if (!value.empty() && !isHostAndPort(value)) refuse(400, "Host is invalid");
    hostIndex_ = fieldCount_ - 1;
  }

  // A proxy may have joined equal lengths to a list (RFC 9110, 8.6).
  void applyContentLength(std::string_view value) {
    for (;;) {
      const std::size_t comma = std::min(value.find(','), value.size());
      const auto length = parseLength(trimmed(value.substr(0, comma)));
      if (!length) refuse(400, "Content-Length is not a number of at most 64 bits");
      if (head_.contentLength.value_or(*length) != *length) {
        refuse(400, "there are two Content-Lengths that differ");
      }
      head_.contentLength = length;
      if (comma == value.size()) break;
      value.remove_prefix(comma + 1);
    }
    refuseTwoLengths();
  }

  void applyTransferEncoding(std::string_view value) {
    if (head_.minorVersion == 0) refuse(400, "HTTP/1.0 has no Transfer-Encoding");
    if (head_.chunked || !equalIgnoringCase(value, "chunked")) {
      refuse(400, "Transfer-Encoding is not chunked alone");
    }
    head_.chunked = true;
    refuseTwoLengths();
  }

  void refuseTwoLengths() const {
    if (head_.chunked && head_.contentLength) {
      refuse(400, "both Content-Length and Transfer-Encoding");
    }
  }

  RequestHead finish(std::size_t size) {
    if (!hostIndex_ && head_.minorVersion > 0) refuse(400, "there is no Host");
    head_.method = method_;
    head_.target = std::move(target_.path);
    head_.host = std::move(target_.host);
    if (hostIndex_) {
      // An absolute-form target has the last word (RFC 9112, 3.2.2).
      std::string_view& field = fields_[*hostIndex_].second;
      if (head_.host.empty()) head_.host = field;
      field = head_.host;
    }
    head_.keepAlive = !close_ && (head_.minorVersion > 0 || keepAlive_);
    head_.fields.reserve(fieldCount_);
    for (const auto& [name, value] : std::span(fields_).first(fieldCount_)) {
      head_.fields.emplace_back(name, value);
    }
    head_.bytes = size;
    return std::move(head_);
  }

  std::string_view bytes_;
  std::string_view method_;
  std::string_view sentTarget_;
  Version version_;
  RequestTarget target_;
  std::array<FieldView, kMaxFields> fields_;
  std::size_t fieldCount_ = 0;
  std::optional<std::size_t> hostIndex_;
  bool close_ = false;      // Connection names close
  bool keepAlive_ = false;  // Connection names keep-alive
  RequestHead head_;        // what was learnt of it so far
};

}  // namespace

std::optional<std::string_view> RequestHead::header(std::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (equalIgnoringCase(field, name)) return value;
  }
  return std::nullopt;
}

std::optional<RequestHead> parseRequestHead(std::string_view bytes) {
  return HeadReader(bytes).read();
}

bool isKnownMethod(std::string_view method) {
  static constexpr std::array<std::string_view, 7> kKnown = {"GET",    "HEAD",    "POST", "PUT",
                                                             "DELETE", "OPTIONS", "PATCH"};
  return std::find(kKnown.begin(), kKnown.end(), method) != kKnown.end();
}

}  // namespace orchestrator_exporter::http
