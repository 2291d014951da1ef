#include "tests/support/exposition_check.h"

#include <cstdlib>
#include <set>
#include <stdexcept>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

class Fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What is left of one line.
class Line {
 public:
  explicit Line(std::string_view text) : text_(text) {}

  bool atEnd() const { return text_.empty(); }
  std::string_view rest() const { return text_; }

  bool skip(std::string_view token) {
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  void expect(std::string_view token) {
    if (!skip(token)) throw Fault("expected '" + std::string(token) + "'");
  }

  std::string name(bool colonAllowed) {
    std::size_t size = 0;
    while (size < text_.size() && isNameCharacter(text_[size], size == 0, colonAllowed)) ++size;
    if (size == 0) throw Fault("expected a name");
    const std::string found(text_.substr(0, size));
    text_.remove_prefix(size);
    return found;
  }

  std::string quoted() {
    expect("\"");
    std::string value;
    while (!skip("\"")) {
      if (atEnd()) throw Fault("a label value does not end");
      if (skip("\\")) {
        if (!skip("\\") && !skip("\"") && !skip("n")) throw Fault("unknown escape");
        value.push_back('?');
        continue;
      }
      value.push_back(text_[0]);
      text_.remove_prefix(1);
    }
    return value;
  }

 private:
  static bool isNameCharacter(char c, bool first, bool colonAllowed) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (colonAllowed && c == ':') || (!first && c >= '0' && c <= '9');
  }

  std::string_view text_;
};

void checkNumber(std::string_view text) {
  if (text == "NaN" || text == "+Inf" || text == "-Inf") return;
  const std::string number(text);
  char* end = nullptr;
  std::strtod(number.c_str(), &end);
  const bool plain = number.find_first_not_of("0123456789+-.e") == std::string::npos;
  if (number.empty() || !plain || *end != '\0') throw Fault("expected a number");
}

class BodyCheck {
 public:
  void take(std::string_view text) {
    Line line(text);
    if (line.skip("# HELP ")) {
      beginFamily(line.name(true));
      line.expect(" ");
    } else if (line.skip("# TYPE ")) {
      if (line.name(true) != family_ || typed_) throw Fault("TYPE of another family");
      line.expect(" ");
      static const std::set<std::string_view> kTypes = {"counter", "gauge", "untyped", "histogram",
                                                        "summary"};
      if (!kTypes.contains(line.rest())) throw Fault("unknown type");
      distribution_ = line.rest() == "histogram" || line.rest() == "summary";
      typed_ = true;
    } else {
      takeSample(line, text);
    }
  }

 private:
  void beginFamily(const std::string& name) {
    if (!families_.insert(name).second) throw Fault("family comes twice");
    family_ = name;
    typed_ = false;
    series_.clear();
  }

  void takeSample(Line line, std::string_view text) {
    const std::string name = line.name(true);
    const bool ofFamily =
        name == family_ ||
        (distribution_ &&
         (name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count"));
    if (!typed_ || !ofFamily) throw Fault("sample outside of its family");
    if (line.skip("{")) takeLabels(line);
    const std::string_view key = text.substr(0, text.size() - line.rest().size());
    if (!series_.insert(std::string(key)).second) throw Fault("series comes twice");
    line.expect(" ");
    checkNumber(line.rest());
  }

  static void takeLabels(Line& line) {
    std::string last;
    do {
      const std::string name = line.name(false);
      if (!last.empty() && name <= last) throw Fault("labels unsorted or twice");
      last = name;
      line.expect("=");
      line.quoted();
    } while (line.skip(","));
    line.expect("}");
  }

  std::set<std::string> families_;
  std::string family_;
  bool typed_ = false;
  bool distribution_ = false;
  std::set<std::string> series_;
};

}  // namespace

std::string expositionFault(std::string_view body) {
  if (body.empty()) return {};
  if (!isUtf8(body)) return "the body is not UTF-8";
  if (body.back() != '\n') return "the body does not end with a line end";
  BodyCheck check;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    const std::string_view line = body.substr(0, end);
    try {
      check.take(line);
    } catch (const Fault& fault) {
      return std::string(fault.what()) + " in: " + std::string(line);
    }
    body.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace orchestrator_exporter
