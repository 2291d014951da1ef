#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client/client_settings.h"
#include "http/client/requester.h"

namespace orchestrator_exporter::http {

// How a mail server is reached.
struct MailSettings {
  std::string host = {};
  int port = 25;              // 465: TLS from the first byte, else STARTTLS
  std::string hello = {};     // what this host calls itself
  std::string user = {};      // empty: no authentication
  std::string identity = {};  // on whose behalf; of PLAIN
  Secret password = {};
  std::string secret = {};  // of CRAM-MD5, if there is no password
  bool requireTls = true;   // else a server without TLS is taken too
  ClientTls tls = {};
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
};

// A message in two versions, of which the reader's program shows the one that it can.
struct Mail {
  std::string sender = {};                   // an address, as the server gets it
  std::vector<std::string> recipients = {};  // likewise
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string text = {};
  std::string html = {};  // empty: the text alone
};

struct MailAnswer {
  int status = 0;  // the server's last one; 250 if it took the message
  bool isTaken = false;
};

// Sends mail by SMTP over libcurl (RFC 5321), a connection a message. Passwords go over TLS, or to
// this host. For one thread at a time, but for cancel().
class Mailer {
 public:
  // Loads libcurl. Throws std::runtime_error if that fails.
  explicit Mailer(MailSettings settings);

  // Throws ClientError if there is no answer of the server.
  MailAnswer send(const Mail& mail);

  // Ends the mail under way, and all to come. From any thread.
  void cancel() { cancelled_ = true; }

 private:
  const MailSettings settings_;
  std::atomic<bool> cancelled_ = false;
};

// A header's text in ASCII (RFC 2047): as it is if it is ASCII, else as encoded words. Line ends
// become spaces.
std::string encodedHeader(std::string_view text);

}  // namespace orchestrator_exporter::http
