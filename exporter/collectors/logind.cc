#include <algorithm>
#include <array>

#include "exporter/daemons/bus.h"
#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kName = "org.freedesktop.login1";
constexpr const char* kManager = "org.freedesktop.login1.Manager";
constexpr const char* kSession = "org.freedesktop.login1.Session";

// The values that have samples; the first stands for all others.
constexpr std::array<std::string_view, 7> kTypes = {"other",   "unspecified", "tty", "x11",
                                                    "wayland", "mir",         "web"};
constexpr std::array<std::string_view, 5> kClasses = {"other", "user", "greeter", "lock-screen",
                                                      "background"};

// What tells one kind of sessions from another.
struct Kind {
  bool remote;
  std::string_view type;
  std::string_view sessionClass;
  std::string seat;

  bool operator==(const Kind&) const = default;
};

template <std::size_t Size>
std::string_view knownOrOther(const std::array<std::string_view, Size>& known,
                              std::string_view value) {
  const auto found = std::find(known.begin(), known.end(), value);
  return found == known.end() ? known.front() : *found;
}

BusObject manager() { return {kName, "/org/freedesktop/login1"}; }

// The seats of the host, and the empty one of sessions without.
std::vector<std::string> readSeats(Bus& bus) {
  std::vector<std::string> seats;
  BusReply reply = bus.call(manager(), kManager, "ListSeats");
  reply.enterArray("(so)");
  while (reply.enterStruct("so")) {
    seats.emplace_back(reply.text());
    reply.text();  // its path
    reply.leave();
  }
  seats.emplace_back();
  return seats;
}

// nullopt if the session does not tell; it may have ended meanwhile.
std::optional<Kind> readSession(Bus& bus, std::string seat, const std::string& path) {
  const BusObject object{kName, path};
  const auto remote = bus.boolean(object, kSession, "Remote");
  if (!remote) return std::nullopt;
  const auto type = bus.text(object, kSession, "Type");
  if (!type) return std::nullopt;
  const auto sessionClass = bus.text(object, kSession, "Class");
  if (!sessionClass) return std::nullopt;
  return Kind{*remote, knownOrOther(kTypes, *type), knownOrOther(kClasses, *sessionClass),
              std::move(seat)};
}

// The kind of each session.
std::vector<Kind> readSessions(Bus& bus) {
  std::vector<Kind> sessions;
  BusReply reply = bus.call(manager(), kManager, "ListSessions");
  reply.enterArray("(susso)");
  while (reply.enterStruct("susso")) {
    reply.text();    // id
    reply.number();  // of the user
    reply.text();    // name of the user
    std::string seat = reply.text();
    auto session = readSession(bus, std::move(seat), reply.text());
    if (session) sessions.push_back(std::move(*session));
    reply.leave();
  }
  return sessions;
}

// Every kind that sessions at these seats can be of.
std::vector<Kind> kindsAt(const std::vector<std::string>& seats) {
  std::vector<Kind> kinds;
  for (const std::string& seat : seats) {
    for (const std::string_view type : kTypes) {
      for (const std::string_view sessionClass : kClasses) {
        kinds.push_back({false, type, sessionClass, seat});
        kinds.push_back({true, type, sessionClass, seat});
      }
    }
  }
  return kinds;
}

class Logind final : public Collector {
 public:
  bool mayBlock() const override { return true; }

  void collect(Kernel& kernel, Sink& out) override {
    Bus bus = Bus::system(kernel.deadline());
    const std::vector<std::string> seats = readSeats(bus);
    const std::vector<Kind> sessions = readSessions(bus);
    const auto family = out.gauge("node_logind_sessions", "Sessions that logind knows.");
    for (const Kind& kind : kindsAt(seats)) {
      const auto count = std::count(sessions.begin(), sessions.end(), kind);
      family.add(static_cast<double>(count), {{"class", kind.sessionClass},
                                              {"remote", kind.remote ? "true" : "false"},
                                              {"seat", kind.seat},
                                              {"type", kind.type}});
    }
  }
};

const RegisterCollector<Logind> logind{{.name = "logind",
                                        .onByDefault = kOffByDefault,
                                        .reads = "org.freedesktop.login1 on the system bus",
                                        .needs = "a system bus that lets it ask"}};

}  // namespace

}  // namespace orchestrator_exporter
