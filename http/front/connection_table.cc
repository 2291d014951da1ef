#include "http/front/connection_table.h"

namespace orchestrator_exporter::http {

Client& ConnectionTable::add(std::unique_ptr<Client> connection) {
  Client& added = *connection;
  Entry& entry = entries_[added.id()];
  entry.connection = std::move(connection);
  entry.address = addresses_.try_emplace(added.peer().address).first;
  resize(entry, 1);
  index(entry);
  return added;
}

Client* ConnectionTable::find(std::uint64_t id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second.connection.get();
}

void ConnectionTable::changed(Client& connection) {
  const auto found = entries_.find(connection.id());
  if (found == entries_.end()) return;  // it is being made
  unindex(found->second);
  index(found->second);
}

std::unique_ptr<Client> ConnectionTable::replace(std::unique_ptr<Client> connection) {
  Entry& entry = entries_.at(connection->id());
  unindex(entry);
  entry.connection.swap(connection);
  index(entry);
  return connection;
}

std::unique_ptr<Client> ConnectionTable::remove(Client& connection) {
  const auto found = entries_.find(connection.id());
  if (found == entries_.end()) return nullptr;
  unindex(found->second);
  resize(found->second, -1);
  if (found->second.address->second.connections == 0) addresses_.erase(found->second.address);
  auto removed = std::move(found->second.connection);
  entries_.erase(found);
  return removed;
}

void ConnectionTable::resize(Entry& entry, std::ptrdiff_t by) {
  auto& [name, address] = *entry.address;
  if (address.connections > 0) bySize_.erase({address.connections, name});
  address.connections += static_cast<std::size_t>(by);
  if (address.connections > 0) bySize_.insert({address.connections, name});
}

void ConnectionTable::index(Entry& entry) {
  const Client& connection = *entry.connection;
  entry.deadline = connection.deadline();
  if (entry.deadline) deadlines_.insert({*entry.deadline, connection.id()});
  if (connection.waitsForPeer()) {
    entry.waiting = connection.since();
    entry.address->second.waiting.insert({*entry.waiting, connection.id()});
  }
  if (connection.state() == ConnectionState::kDrain) {
    entry.draining = connection.since();
    draining_.insert({*entry.draining, connection.id()});
  }
}

void ConnectionTable::unindex(Entry& entry) {
  const std::uint64_t id = entry.connection->id();
  if (entry.deadline) deadlines_.erase({*entry.deadline, id});
  if (entry.waiting) entry.address->second.waiting.erase({*entry.waiting, id});
  if (entry.draining) draining_.erase({*entry.draining, id});
  entry.deadline = entry.waiting = entry.draining = std::nullopt;
}

std::optional<ConnectionTable::Time> ConnectionTable::nextDeadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

std::vector<std::uint64_t> ConnectionTable::due(Time now) const {
  std::vector<std::uint64_t> ids;
  for (const auto& [deadline, id] : deadlines_) {
    if (deadline > now) break;
    ids.push_back(id);
  }
  return ids;
}

Client* ConnectionTable::mostDispensable() const {
  for (auto peer = bySize_.rbegin(); peer != bySize_.rend(); ++peer) {
    const Since& waiting = addresses_.at(peer->second).waiting;
    if (!waiting.empty()) return find(waiting.begin()->second);
  }
  return nullptr;
}

Client* ConnectionTable::slowestReader() const {
  return draining_.empty() ? nullptr : find(draining_.begin()->second);
}

std::vector<Client*> ConnectionTable::all() const {
  std::vector<Client*> connections;
  for (const auto& [id, entry] : entries_) connections.push_back(entry.connection.get());
  return connections;
}

}  // namespace orchestrator_exporter::http
