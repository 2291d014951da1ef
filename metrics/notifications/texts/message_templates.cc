#include "metrics/notifications/texts/message_templates.h"

#include "metrics/base/words.h"
#include "metrics/notifications/texts/default_texts.h"
#include "metrics/rules/expansion/humanize.h"
#include "metrics/rules/expansion/texts.h"
#include "metrics/text_template/escapes.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::notifications {

namespace {

using text_template::CallError;
using text_template::Context;
using text_template::Function;
using text_template::List;
using text_template::Value;
using Arguments = std::span<const Value>;

const std::string& textAt(Arguments of, std::size_t at) { return std::get<std::string>(of[at]); }

template <std::string (*kChange)(std::string_view)>
Value changed(Arguments of, const Context*) {
  return kChange(textAt(of, 0));
}

Value trimmed(Arguments of, const Context*) {
  return std::string(withoutOuterSpace(textAt(of, 0)));
}

Value join(Arguments of, const Context*) {
  std::string text;
  bool isFirst = true;
  for (const Value& item : std::get<std::shared_ptr<const List>>(of[1])->items) {
    if (!std::exchange(isFirst, false)) text += textAt(of, 0);
    text += printed(item);
  }
  return text;
}

Value match(Arguments of, const Context*) {
  return rules::matchesText(textAt(of, 0), textAt(of, 1));
}

Value replaceAll(Arguments of, const Context*) {
  return rules::replacedAll(textAt(of, 0), textAt(of, 1), textAt(of, 2));
}

Value listOf(Arguments of, const Context*) {
  List list;
  list.items.assign(of.begin(), of.end());
  return std::make_shared<const List>(std::move(list));
}

// A text that is HTML already.
class Html final : public text_template::Object {
 public:
  explicit Html(std::string text) : text_(std::move(text)) {}

  std::string_view type() const override { return "template.HTML"; }
  std::optional<Value> field(std::string_view) const override { return std::nullopt; }
  std::string printed() const override { return text_; }

 private:
  std::string text_;
};

Value safeHtml(Arguments of, const Context*) { return std::make_shared<const Html>(textAt(of, 0)); }

Value humanizeDuration(Arguments of, const Context*) {
  if (const auto* seconds = std::get_if<double>(&of[0])) return rules::humanizeDuration(*seconds);
  if (const auto* seconds = std::get_if<std::int64_t>(&of[0])) {
    return rules::humanizeDuration(static_cast<double>(*seconds));
  }
  throw CallError("can't convert " + std::string(typeName(of[0])) + " to float");
}

constexpr Function kFunctions[] = {
    {"humanizeDuration", "a", humanizeDuration},
    {"join", "sl", join},
    {"match", "ss", match},
    {"reReplaceAll", "sss", replaceAll},
    {"safeHtml", "s", safeHtml},
    {"stringSlice", "s*", listOf},
    {"title", "s", changed<rules::toTitle>},
    {"toLower", "s", changed<rules::toLower>},
    {"toUpper", "s", changed<rules::toUpper>},
    {"trimSpace", "s", trimmed},
};

// As Go's html/template does it between tags and within quoted attributes.
std::string inert(std::string_view text) {
  std::string out;
  for (const char c : text_template::escapedForHtml(text)) c == '+' ? out += "&#43;" : out += c;
  return out;
}

}  // namespace

text_template::Functions messageFunctions() { return text_template::Functions(kFunctions); }

MessageTemplates::MessageTemplates() {
  for (const DefaultText& text : defaultTexts())
    add(std::string(text.name), std::string(text.text));
}

void MessageTemplates::add(const std::string& name, const std::string& content) {
  text_template::Templates(messageFunctions()).add(name, content);
  sources_.push_back({name, content});
}

void MessageTemplates::check(const std::string& text) {
  text_template::Templates(messageFunctions()).add("", text);
}

std::string MessageTemplates::expandHtml(const std::string& text, const MessageData& data) const {
  return expand(text, data, {.escape = inert});
}

std::string MessageTemplates::expand(const std::string& text, const MessageData& data,
                                     const text_template::ExecutionLimits& limits) const {
  if (text.find("{{") == std::string::npos) return text;
  text_template::Templates templates(messageFunctions());
  for (const Source& source : sources_) templates.add(source.name, source.content);
  templates.add("", text);
  std::string out;
  try {
    templates.execute("", valueOf(data), out, nullptr, limits);
  } catch (const text_template::OutputLimitError&) {
    // Channels cut messages to far less.
    return out;
  }
  return out;
}

}  // namespace orchestrator_exporter::notifications
