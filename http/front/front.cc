#include "http/front/front.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "http/server/spare.h"

namespace orchestrator_exporter::http {
namespace {

// What an event is about: the upper byte of its key tells, the rest is a number.
enum Kind : std::uint64_t { kWakeup, kListener, kLink, kConnection };
constexpr unsigned kKindShift = 56;
constexpr std::uint64_t kNumber = (std::uint64_t{1} << kKindShift) - 1;
constexpr std::uint64_t keyOf(Kind kind, std::uint64_t number) {
  return (std::uint64_t{kind} << kKindShift) | number;
}

constexpr std::uint32_t kBothWays = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
// How long a request waits for a worker.
constexpr std::chrono::seconds kQueueTime(10);

// Connections take descriptors: as many are left to the workers' links and to what endpoints read.
std::size_t mostConnections(std::size_t wanted, unsigned workers) {
  constexpr unsigned kLeast = 4;
  const unsigned spare = spareDescriptors();
  const unsigned reserved = std::min(256U, spare / 2) + 2 * workers;
  return std::min<std::size_t>(wanted, std::max(kLeast, spare - std::min(spare, reserved)));
}

int checked(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

}  // namespace

Front::Front(Config config, Gate& gate)
    : config_(std::move(config)),
      gate_(gate),
      engine_(
          config_.workers, config_.respond,
          [this](std::size_t link, std::unique_ptr<Answer> answer, bool gone) {
            deliver({link, std::move(answer), gone});
          },
          config_.log),
      links_(engine_, [this](int socket, std::size_t link) {
        watch(socket, keyOf(kLink, link), kBothWays);
      }) {
  most_ = mostConnections(config_.limits.connections, static_cast<unsigned>(engine_.workers()));
  epoll_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  wakeup_ = checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
  spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  watch(wakeup_, keyOf(kWakeup, 0), EPOLLIN);
  for (std::size_t i = 0; i < config_.listeners.size(); ++i) {
    watch(config_.listeners[i].socket(), keyOf(kListener, i), EPOLLIN);
  }
  thread_ = std::thread([this] { run(); });
}

Front::~Front() {
  stop();
  for (const int descriptor : {epoll_, wakeup_, spare_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

void Front::watch(int descriptor, std::uint64_t key, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void Front::run() {
  std::array<epoll_event, 64> events;
  for (;;) {
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout());
    now_ = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
      handle(events[static_cast<std::size_t>(i)].data.u64,
             events[static_cast<std::size_t>(i)].events);
    }
    passDeadlines();
    assign();
    ended_.clear();
    noticeDrained();
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
}

// Milliseconds until the next deadline, rounded up; -1 if there is none.
int Front::timeout() const {
  auto next = connections_.nextDeadline();
  if (!queue_.empty()) {
    const Time since = queue_.front().since + kQueueTime;
    next = next ? std::min(*next, since) : since;
  }
  if (!next) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

void Front::handle(std::uint64_t key, std::uint32_t events) {
  const std::uint64_t number = key & kNumber;
  switch (static_cast<Kind>(key >> kKindShift)) {
    case kWakeup:
      runPosted();
      break;
    case kListener:
      accept(config_.listeners[number]);
      break;
    case kLink:
      if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
        if (const auto lost = links_.broke(number)) refuse(*lost, 500, "an internal error");
      } else {
        links_.writable(number);
      }
      break;
    case kConnection:
      if (Connection* connection = connections_.find(number)) {
        const bool broken = (events & (EPOLLHUP | EPOLLERR)) != 0;
        connection->ready(broken || (events & (EPOLLIN | EPOLLRDHUP)) != 0,
                          broken || (events & EPOLLOUT) != 0);
      }
      break;
  }
}

void Front::accept(Listener& listener) {
  constexpr int kAtOnce = 64;  // so that others get their turn
  for (int i = 0; i < kAtOnce; ++i) {
    Peer peer;
    const int socket = listener.accept(peer);
    if (socket >= 0) {
      take(socket, std::move(peer));
    } else if (errno == EMFILE || errno == ENFILE) {
      if (makeRoom()) continue;
      // Nobody can be given up: this one is, or it would wait for ever.
      if (spare_ < 0) return;
      ::close(std::exchange(spare_, -1));
      const int refused = listener.accept(peer);
      if (refused >= 0) ::close(refused);
      spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

void Front::take(int socket, Peer peer) {
  if (connections_.size() >= most_ && !makeRoom()) {
    ++statistics_.closed[static_cast<std::size_t>(CloseReason::kTooManyConnections)];
    ::close(socket);
    return;
  }
  ConnectionHost& host = *this;
  Connection& connection = connections_.add(
      std::make_unique<Connection>(++lastId_, config_.transport(socket), std::move(peer), host));
  ++statistics_.connections[static_cast<std::size_t>(connection.state())];
  watch(socket, keyOf(kConnection, connection.id()), kBothWays);
}

// Gives up the connection that is needed least. False if there is none.
bool Front::makeRoom() {
  Connection* const victim = connections_.mostDispensable();
  if (victim == nullptr) return false;
  victim->end(CloseReason::kTooManyConnections);
  ended_.clear();  // its descriptor is wanted now
  return true;
}

void Front::changed(Connection& connection, ConnectionState before) {
  --statistics_.connections[static_cast<std::size_t>(before)];
  ++statistics_.connections[static_cast<std::size_t>(connection.state())];
  connections_.changed(connection);
}

void Front::ended(Connection& connection, CloseReason reason) {
  --statistics_.connections[static_cast<std::size_t>(connection.state())];
  if (reason != CloseReason::kNone) {
    ++statistics_.closed[static_cast<std::size_t>(reason)];
    if (config_.traced) {
      config_.traced("connection of " + connection.peer().address +
                     " closed: " + std::string(kCloseReasons[static_cast<std::size_t>(reason)]));
    }
  }
  if (connection.channel() != nullptr) {
    audiences_[connection.channel()].connections.erase(connection.id());
  }
  if (auto gone = connections_.remove(connection)) ended_.push_back(std::move(gone));
}

void Front::answered(const RequestHead& head, const Peer& peer, int status, Time begun) {
  statistics_.countAnswer(status);
  if (config_.answered) config_.answered(head, peer, status, now_ - begun);
}

void Front::joined(Connection& connection, const std::shared_ptr<Channel>& channel) {
  Audience& audience = audiences_[channel.get()];
  audience.connections.insert(connection.id());
  if (audience.channel != nullptr) return;
  audience.channel = channel;
  channel->carryBy([this, to = channel.get()](const Channel::Message& message) {
    post([this, to, message] { publish(to, message); });
  });
}

void Front::publish(const Channel* channel, const Channel::Message& message) {
  const std::set<std::uint64_t> audience = audiences_[channel].connections;
  for (const std::uint64_t id : audience) {
    if (Connection* viewer = connections_.find(id)) viewer->push(message);
  }
}

bool Front::keepBody(std::ptrdiff_t bytes) {
  if (bytes > 0 && std::cmp_greater(bodies_ + bytes, config_.limits.allBodies)) return false;
  bodies_ += bytes;
  return true;
}

void Front::keepUnsent(Connection&, std::ptrdiff_t bytes) {
  unsent_ += bytes;
  while (std::cmp_greater(unsent_, config_.limits.allUnsent)) {
    Connection* const slowest = connections_.slowestReader();
    if (slowest == nullptr) return;
    slowest->end(CloseReason::kTooMuchUnsent);
  }
}

std::function<void(Admission)> Front::laterFor(Connection& connection) {
  return [this, id = connection.id()](Admission admission) {
    post([this, id, admission = std::move(admission)] {
      if (Connection* waiting = connections_.find(id)) waiting->decided(admission);
    });
  };
}

void Front::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wakeup_, &one, sizeof one);
}

void Front::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  wake();
}

void Front::runPosted() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(wakeup_, &count, sizeof count);
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(posted_);
  }
  for (const auto& work : posted) work();
}

// Called by a worker.
void Front::deliver(Done done) {
  post([this, done = std::make_shared<Done>(std::move(done))] {
    const std::uint64_t id = links_.answered(done->link);
    if (Connection* connection = connections_.find(id)) {
      connection->finish(std::move(done->answer), done->gone);
    }
  });
}

void Front::enqueue(Connection& connection) {
  queue_.push_back({connection.id(), now_});
  assign();
}

void Front::assign() {
  while (!queue_.empty() && links_.anyIdle()) {
    Connection* const connection = connections_.find(queue_.front().connection);
    if (connection != nullptr) {
      // If there is no link now, a worker that comes back takes the request.
      if (const auto fault = links_.carry(*connection)) {
        if (links_.allIdle()) config_.log(*fault);
        return;
      }
    }
    queue_.pop_front();
  }
}

void Front::refuse(std::uint64_t connection, int status, std::string_view reason) {
  Connection* const refused = connections_.find(connection);
  if (refused == nullptr) return;
  Response response;
  response.status = status;
  if (status == 503) response.headers = {{"Retry-After", "5"}};
  response.body = std::string(reason) + "\n";
  refused->refuse(response);
}

void Front::passDeadlines() {
  for (const std::uint64_t id : connections_.due(now_)) {
    if (Connection* connection = connections_.find(id)) connection->deadlinePassed();
  }
  while (!queue_.empty() && queue_.front().since + kQueueTime <= now_) {
    const std::uint64_t connection = queue_.front().connection;
    queue_.pop_front();
    refuse(connection, 503, "all workers are busy");
  }
}

void Front::noticeDrained() {
  {
    const std::lock_guard lock(mutex_);
    if (!draining_ || drained_) return;
  }
  for (Listener& listener : config_.listeners) listener.close();
  for (Connection* connection : connections_.all()) {
    if (connection->channel() != nullptr) connection->leaveChannel();
  }
  const auto count = [this](ConnectionState state) {
    return statistics_.connections[static_cast<std::size_t>(state)].load();
  };
  if (count(ConnectionState::kRequest) + count(ConnectionState::kBody) +
          count(ConnectionState::kDrain) >
      0) {
    return;
  }
  const std::lock_guard lock(mutex_);
  drained_ = true;
  drainedChanged_.notify_all();
}

bool Front::drain(std::chrono::milliseconds time) {
  accepting_ = false;
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  wake();
  std::unique_lock lock(mutex_);
  return drainedChanged_.wait_for(lock, time, [this] { return drained_; });
}

void Front::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  wake();
  thread_.join();
  for (const auto& [key, audience] : audiences_) {
    if (audience.channel != nullptr) audience.channel->carryBy({});
  }
  for (Listener& listener : config_.listeners) listener.close();
  // A link that ends sends its worker home; one that is at an endpoint still sends on its client's
  // socket, so the connections go last.
  links_.close();
  engine_.stop();
  for (Connection* connection : connections_.all()) connection->end(CloseReason::kNone);
  ended_.clear();
}

}  // namespace orchestrator_exporter::http
