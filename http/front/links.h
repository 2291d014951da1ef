#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "http/front/client.h"
#include "http/front/engine.h"

namespace orchestrator_exporter::http {

// The front's links to the workers: which are idle, and whose request each of the others carries.
// For the front's thread alone.
class Links {
 public:
  // What the socket of a link is watched for: its end, and beside that, while a request does not
  // fit into it, room for more. A link would wake the front for each request that a worker takes
  // out of it if it were watched for room all the time.
  enum class Wanted : std::uint8_t { kNew, kRoom, kNoMoreRoom };
  using Watch = std::function<void(int socket, std::size_t link, Wanted wanted)>;

  Links(Engine& engine, Watch watch);
  ~Links() { close(); }
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  bool anyIdle() const { return !idle_.empty(); }
  // Whether the next request would go to a worker beyond the first ones.
  bool nextIsExtra() const { return !idle_.empty() && idle_.front() >= Engine::kFirstWorkers; }
  bool allIdle() const { return idle_.size() == links_.size(); }
  // Whether the link carries a request.
  bool isBusy(std::size_t link) const { return links_[link].request.connection != 0; }
  // Whether the workers have all of what is carried to them.
  bool allSent() const { return std::ranges::none_of(links_, &Link::waitsForRoom); }
  // This link, one of the first workers', is taken before all others if it is idle.
  void prefer(std::size_t link) { preferred_ = link; }
  // How many carry a call, which is a request of HTTP/2.
  std::size_t calls() const { return calls_; }
  // Sends the client's request over an idle link, the first of them if the preferred one is busy:
  // so few workers are in use and their memory is warm. Does nothing if the client has given it up.
  // Why not, if the link cannot be opened.
  std::optional<std::string> carry(Client& client, StreamId stream);
  // The worker has answered: the link is idle again. What it carried.
  RequestId answered(std::size_t link);
  // The socket takes more bytes.
  void writable(std::size_t link);
  // The worker wrote on the link or ended it, which it only does if it could not make sense of what
  // it got. The request that is lost, if it carried one.
  std::optional<RequestId> broke(std::size_t link);
  // Ends all, which sends the workers home.
  void close();

 private:
  struct Link {
    int socket = -1;
    RequestId request = {};  // of connection 0: none
    std::string outgoing = {};
    std::size_t sent = 0;
    bool waitsForRoom = false;
  };

  void waitForRoom(std::size_t link, bool waits);

  Engine& engine_;
  const Watch watch_;
  std::vector<Link> links_;
  std::vector<std::size_t> idle_;  // a heap, the smallest number first
  std::size_t preferred_ = 0;
  std::size_t calls_ = 0;
};

}  // namespace orchestrator_exporter::http
