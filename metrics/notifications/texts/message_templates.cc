#include "metrics/notifications/texts/message_templates.h"

#include "metrics/notifications/texts/default_texts.h"
#include "metrics/notifications/texts/message_functions.h"
#include "metrics/text_template/escapes.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::notifications {

namespace {

// As Go's html/template does it between tags and within quoted attributes.
std::string inert(std::string_view text) {
  std::string out;
  for (const char c : text_template::escapedForHtml(text)) c == '+' ? out += "&#43;" : out += c;
  return out;
}

}  // namespace

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
  const MessageContext context(data.at);
  std::string out;
  try {
    templates.execute("", valueOf(data), out, &context, limits);
  } catch (const text_template::OutputLimitError&) {
    // Channels cut messages to far less.
    return out;
  }
  return out;
}

}  // namespace orchestrator_exporter::notifications
