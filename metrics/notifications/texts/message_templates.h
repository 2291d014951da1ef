#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/notifications/texts/message_data.h"
#include "metrics/text_template/text_template.h"

namespace orchestrator_exporter::notifications {

// The templates that messages are written by: the default ones, under Alertmanager's names, and
// those of files, which may take their places. Any thread may expand.
class MessageTemplates {
 public:
  // Throws text_template::SyntaxError only for a fault in the default ones.
  MessageTemplates();

  // Adds the templates of a file. Throws text_template::SyntaxError.
  void add(const std::string& name, const std::string& content);

  // Throws text_template::SyntaxError if the text is no template.
  static void check(const std::string& text);

  // A text that would be longer than the limit is cut there. Throws text_template::ExecutionError,
  // or SyntaxError.
  std::string expand(const std::string& text, const MessageData& data,
                     const text_template::ExecutionLimits& limits = {}) const;
  // Of a page of HTML: what actions print is made inert.
  std::string expandHtml(const std::string& text, const MessageData& data) const;

 private:
  struct Source {
    std::string name;
    std::string content;
  };

  std::vector<Source> sources_;
};

}  // namespace orchestrator_exporter::notifications
