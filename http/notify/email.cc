#include "http/notify/email.h"

#include <algorithm>
#include <ctime>

#include "http/server/header_value.h"

namespace orchestrator_exporter::http::notify {

namespace {

// RFC 5322, section 3.3, in UTC.
std::string dateText(notifications::Time time) {
  const std::time_t seconds = time / 1000;
  std::tm parts{};
  char text[64] = "";
  if (gmtime_r(&seconds, &parts) != nullptr) {
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts);
  }
  return text;
}

std::string domainOf(const std::string& address) {
  const std::size_t at = address.rfind('@');
  return at == std::string::npos ? "localhost" : address.substr(at + 1);
}

bool has(const std::vector<std::pair<std::string, std::string>>& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& header) { return equalIgnoringCase(header.first, name); });
}

// Nothing that would end a command of the protocol.
std::string withoutControls(std::string text) {
  std::erase_if(text, [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
  return text;
}

}  // namespace

std::vector<std::string> addressesOf(std::string_view list) {
  std::vector<std::string> addresses;
  bool isQuoted = false;
  std::string piece;
  const auto take = [&] {
    const std::size_t open = piece.rfind('<');
    const std::size_t close = piece.rfind('>');
    const bool isBare = open == std::string::npos || close == std::string::npos || close < open;
    std::string address =
        withoutControls(isBare ? piece : piece.substr(open + 1, close - open - 1));
    if (!address.empty()) addresses.push_back(std::move(address));
    piece.clear();
  };
  for (const char c : list) {
    if (c == '"') isQuoted = !isQuoted;
    if (c == ',' && !isQuoted) {
      take();
    } else {
      piece += c;
    }
  }
  take();
  return addresses;
}

Mail mailOf(const notifications::Notification& notification, const EmailConfig& config,
            const MessageStyle& style) {
  const notifications::MessageData data(notification, style.externalUrl);
  TextFiller filler(style, data);
  const std::string subject = R"({{ template "email.default.subject" . }})";
  const std::string from = filler.fill(config.from);
  const std::string to = filler.fill(config.to);
  const std::vector<std::string> senders = addressesOf(from);
  Mail mail;
  mail.sender = senders.empty() ? std::string() : senders.front();
  mail.recipients = addressesOf(to);
  for (const auto& [name, text] : config.headers)
    mail.headers.emplace_back(name, filler.fill(text, subject));
  if (!has(mail.headers, "Subject")) mail.headers.emplace_back("Subject", filler.fill(subject));
  if (!has(mail.headers, "To")) mail.headers.emplace_back("To", to);
  if (!has(mail.headers, "From")) mail.headers.emplace_back("From", from);
  mail.headers.emplace_back("Date", dateText(notification.at));
  mail.headers.emplace_back("Message-ID",
                            "<" + notification.id + "@" + domainOf(mail.sender) + ">");
  if (!config.text.empty()) {
    mail.text = filler.fill(config.text, R"({{ template "email.default.text" . }})");
  }
  if (!config.html.empty()) {
    mail.html = filler.fillHtml(config.html, R"({{ template "email.default.html" . }})");
  }
  return mail;
}

Outcome Email::send(const notifications::Notification& notification) {
  return mailer_.attempt([&](Mailer& mailer) -> Outcome {
    const MailAnswer answer = mailer.send(mailOf(notification, config_, style_));
    if (answer.isTaken) return {Outcome::Kind::kSent, answer.status};
    const bool isForAgain = answer.status / 100 == 4;
    return {isForAgain ? Outcome::Kind::kAgain : Outcome::Kind::kFailed, answer.status,
            "answered status " + std::to_string(answer.status)};
  });
}

}  // namespace orchestrator_exporter::http::notify
