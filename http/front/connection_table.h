#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/front/client.h"

namespace orchestrator_exporter::http {

// The connections of the front by number, by deadline and by peer: who is due, who is given up if
// there are too many. All calls cost the logarithm of the number of connections.
class ConnectionTable {
 public:
  using Time = Client::Time;

  Client& add(std::unique_ptr<Client> connection);
  // Null if it is not there any more.
  Client* find(std::uint64_t id) const;
  // Its state or deadline is another one.
  void changed(Client& connection);
  // Another object goes on with its connection; gives back the one that did so far.
  std::unique_ptr<Client> replace(std::unique_ptr<Client> connection);
  std::unique_ptr<Client> remove(Client& connection);

  std::size_t size() const { return entries_.size(); }
  std::optional<Time> nextDeadline() const;
  // Those whose deadline has come.
  std::vector<std::uint64_t> due(Time now) const;
  // The one that has waited longest for its peer, of the peer with most connections; null if all of
  // them have a request with a worker.
  Client* mostDispensable() const;
  // The one whose peer has been taking its answer for longest; null if there is none.
  Client* slowestReader() const;
  std::vector<Client*> all() const;

 private:
  using Since = std::set<std::pair<Time, std::uint64_t>>;
  struct Address {
    std::size_t connections = 0;
    Since waiting;
  };
  struct Entry {
    std::unique_ptr<Client> connection;
    std::map<std::string, Address>::iterator address;
    std::optional<Time> deadline;  // as in deadlines_
    std::optional<Time> waiting;   // as in the address's
    std::optional<Time> draining;  // as in draining_
  };

  void index(Entry& entry);
  void unindex(Entry& entry);
  void resize(Entry& entry, std::ptrdiff_t by);

  std::unordered_map<std::uint64_t, Entry> entries_;
  std::map<std::string, Address> addresses_;
  std::set<std::pair<std::size_t, std::string>> bySize_;
  Since deadlines_;
  Since draining_;
};

}  // namespace orchestrator_exporter::http
