#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "exporter/commands/command.h"
#include "exporter/commands/times.h"
#include "exporter/configuration/peer.h"
#include "http/client/requester.h"
#include "metrics/exposition/json_text.h"

// collect: a session of a running exporter, from its beginning to its end.

namespace orchestrator_exporter::commands {

namespace {

volatile std::sig_atomic_t interrupted = 0;

class Collect final : public Command {
 public:
  void declare(CommandLine& line) override {
    line.add({"server", "URL",
              "The exporter that collects, which has a configuration file. Default: "
              "http://127.0.0.1:10190"},
             server_);
    line.add({"name", "TEXT", "How the session is called. Default: collect"}, name_);
    line.add({"collectors", "NAMES",
              "Collectors of its pipeline, separated by commas. Default: everything"},
             collectors_);
    line.add({"interval", "DURATION", "How often, from 1s on. Default: 15s"}, interval_);
    line.add({"duration", "DURATION", "How long, up to 1d. Default: 1m"}, duration_);
  }

  int run(const std::vector<std::string>&) override {
    const std::int64_t lasts = stepOf("duration", duration_);
    nlohmann::json asked = {{"name", name_}, {"interval", interval_}, {"duration", duration_}};
    std::istringstream names(collectors_);
    for (std::string name; std::getline(names, name, ',');) asked["collectors"].push_back(name);
    const auto began = std::chrono::steady_clock::now();
    const std::string id = ask("POST", "", jsonText(asked)).at("id").template get<std::string>();
    std::signal(SIGINT, [](int) { interrupted = 1; });
    nlohmann::json session;
    do {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      session = ask("GET", "/" + id, "");
      const bool isLate = std::chrono::steady_clock::now() - began >
                          std::chrono::milliseconds(lasts) + std::chrono::minutes(1);
      if (interrupted != 0 || isLate) session = ask("DELETE", "/" + id, "");
    } while (session.at("end_time").is_null());
    std::printf("%s\n", session.dump(2).c_str());
    return session.at("status") == "completed" ? kDone : kCouldNot;
  }

 private:
  nlohmann::json ask(const std::string& method, const std::string& path,
                     const std::string& body) const {
    http::ClientSettings settings;
    settings.userAgent = configuration::userAgent();
    http::Requester requester(settings);
    const http::ClientAnswer answer =
        requester.send({.method = method,
                        .url = server_ + "/api/v1/sessions" + path,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = body});
    if (answer.status >= 300) {
      throw std::runtime_error(server_ + ": " + std::to_string(answer.status) + ": " + answer.body);
    }
    const auto document = nlohmann::json::parse(answer.body, nullptr, false);
    if (!document.is_object()) throw std::runtime_error(server_ + ": the answer is no session");
    return document;
  }

  std::string server_ = kDefaultServer;
  std::string name_ = "collect";
  std::string collectors_;
  std::string interval_ = "15s";
  std::string duration_ = "1m";
};

const RegisterCommand collectCommand{{
    .name = "collect",
    .help = "Has a running exporter watch its samples for a while, as a session of its pipeline, "
            "and prints the session's statistics and the quality of the samples as JSON. "
            "Interrupted, it ends the session and prints what there is.",
    .make = [] { return std::make_unique<Collect>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
