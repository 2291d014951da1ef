#include "exporter/daemons/xml_rpc.h"

#include <algorithm>
#include <optional>

#include "exporter/kernel/row.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

// Deeper answers than this are not meant to be read.
constexpr int kDeepest = 32;

// Whether UTF-8 and XML have such a character: no half of a surrogate pair, and no NUL.
bool isCharacter(std::uint64_t number) {
  return number != 0 && number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
}

// Reads the few constructs of XML 1.0 that XML-RPC uses: elements without regard for attributes,
// text, CDATA; comments and declarations are skipped.
class XmlReader {
 public:
  XmlReader(std::string_view place, std::string_view xml) : place_(place), xml_(xml), rest_(xml) {}

  // The name of the element that starts next, after white space.
  std::string_view open();
  // Whether an element of this name starts next.
  bool opens(std::string_view name);
  void require(std::string_view name);
  void close(std::string_view name);
  // Text up to the next element.
  std::string text();
  bool closes();
  [[noreturn]] void fail(std::string_view expected) const;

 private:
  void skipMisc();
  void skipPast(std::string_view end);
  std::string_view takeTag();
  void appendEntity(std::string& text);

  std::string_view place_;
  std::string_view xml_;
  std::string_view rest_;
  bool selfClosed_ = false;  // the last element that was opened is closed already
};

void XmlReader::fail(std::string_view expected) const {
  const std::string_view before = xml_.substr(0, xml_.size() - rest_.size());
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  throw ParseError(place_, line, expected, rest_.substr(0, 64));
}

void XmlReader::skipPast(std::string_view end) {
  const std::size_t at = rest_.find(end);
  if (at == std::string_view::npos) fail(end);
  rest_.remove_prefix(at + end.size());
}

// White space, comments, declarations.
void XmlReader::skipMisc() {
  while (true) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    if (rest_.starts_with("<!--")) {
      skipPast("-->");
    } else if (rest_.starts_with("<?")) {
      skipPast("?>");
    } else if (rest_.starts_with("<!DOCTYPE")) {
      skipPast(">");
    } else {
      return;
    }
  }
}

// What stands between the next < and >.
std::string_view XmlReader::takeTag() {
  skipMisc();
  const std::size_t end = rest_.find('>');
  if (!rest_.starts_with('<') || end == std::string_view::npos) fail("an element");
  const std::string_view tag = rest_.substr(1, end - 1);
  rest_.remove_prefix(end + 1);
  return tag;
}

std::string_view XmlReader::open() {
  if (closes()) fail("an element");
  std::string_view tag = takeTag();
  selfClosed_ = tag.ends_with('/');
  if (selfClosed_) tag.remove_suffix(1);
  return tag.substr(0, tag.find_first_of(" \t\r\n"));
}

bool XmlReader::opens(std::string_view name) {
  if (closes()) return false;
  const XmlReader here = *this;
  if (open() == name) return true;
  *this = here;
  return false;
}

void XmlReader::require(std::string_view name) {
  if (!opens(name)) fail("<" + std::string(name) + ">");
}

bool XmlReader::closes() {
  if (selfClosed_) return true;
  skipMisc();
  return rest_.starts_with("</");
}

void XmlReader::close(std::string_view name) {
  if (selfClosed_) {
    selfClosed_ = false;
    return;
  }
  skipMisc();
  const std::string end = "</" + std::string(name);
  if (!rest_.starts_with(end)) fail(end + ">");
  skipPast(">");
}

void XmlReader::appendEntity(std::string& text) {
  const std::size_t end = rest_.find(';');
  const std::string_view name = rest_.substr(1, end == std::string_view::npos ? 0 : end - 1);
  if (name.starts_with("#x") || name.starts_with('#')) {
    const bool hexadecimal = name.starts_with("#x");
    const auto character = parseUnsigned(name.substr(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
    if (!character || !isCharacter(*character)) fail("a character");
    appendUtf8(text, static_cast<char32_t>(*character));
  } else if (name == "lt") {
    text += '<';
  } else if (name == "gt") {
    text += '>';
  } else if (name == "amp") {
    text += '&';
  } else if (name == "quot") {
    text += '"';
  } else if (name == "apos") {
    text += '\'';
  } else {
    fail("an entity");
  }
  rest_.remove_prefix(end + 1);
}

std::string XmlReader::text() {
  constexpr std::string_view kData = "<![CDATA[";
  std::string text;
  while (!selfClosed_) {
    const std::size_t plain = std::min(rest_.find_first_of("<&"), rest_.size());
    text += rest_.substr(0, plain);
    rest_.remove_prefix(plain);
    if (rest_.starts_with('&')) {
      appendEntity(text);
    } else if (rest_.starts_with(kData)) {
      rest_.remove_prefix(kData.size());
      text += rest_.substr(0, rest_.find("]]>"));
      skipPast("]]>");
    } else if (rest_.starts_with("<!--")) {
      skipPast("-->");
    } else {
      break;
    }
  }
  return text;
}

XmlRpcValue readValue(XmlReader& xml, int depth);

XmlRpcValue readArray(XmlReader& xml, int depth) {
  XmlRpcValue value{.kind = XmlRpcValue::Kind::kArray};
  xml.require("data");
  while (xml.opens("value")) value.items.push_back(readValue(xml, depth));
  xml.close("data");
  return value;
}

XmlRpcValue readStruct(XmlReader& xml, int depth) {
  XmlRpcValue value{.kind = XmlRpcValue::Kind::kStruct};
  while (xml.opens("member")) {
    xml.require("name");
    std::string name = xml.text();
    xml.close("name");
    xml.require("value");
    value.members.emplace_back(std::move(name), readValue(xml, depth));
    xml.close("member");
  }
  return value;
}

// After <value>, past </value>. A value without a type is a text.
XmlRpcValue readValue(XmlReader& xml, int depth) {
  if (depth > kDeepest) xml.fail("less depth");
  XmlRpcValue value;
  std::string bare = xml.text();
  if (xml.closes()) {
    value.text = std::move(bare);
  } else {
    const std::string type(xml.open());
    if (type == "array") {
      value = readArray(xml, depth + 1);
    } else if (type == "struct") {
      value = readStruct(xml, depth + 1);
    } else {
      value.text = xml.text();
    }
    xml.close(type);
  }
  xml.close("value");
  return value;
}

}  // namespace

const XmlRpcValue* XmlRpcValue::find(std::string_view name) const {
  for (const auto& [member, value] : members) {
    if (member == name) return &value;
  }
  return nullptr;
}

std::string xmlRpcCall(std::string_view method) {
  return "<?xml version=\"1.0\"?>\n<methodCall><methodName>" + std::string(method) +
         "</methodName><params></params></methodCall>\n";
}

XmlRpcValue parseXmlRpcResponse(std::string_view place, std::string_view xml) {
  XmlReader reader(place, xml);
  reader.require("methodResponse");
  if (reader.opens("fault")) {
    reader.require("value");
    const XmlRpcValue fault = readValue(reader, 0);
    const XmlRpcValue* text = fault.find("faultString");
    throw ParseError(place, 0,
                     "fault: " + ParseError::printable(text != nullptr ? text->text : "no reason"));
  }
  reader.require("params");
  reader.require("param");
  reader.require("value");
  return readValue(reader, 0);
}

}  // namespace orchestrator_exporter
