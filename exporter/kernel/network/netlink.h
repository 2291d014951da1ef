#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

struct mnl_socket;
struct nlmsghdr;

namespace orchestrator_exporter {

// One attribute of a netlink message (man 7 netlink, Documentation/userspace-api/netlink). Its
// payload lives as long as the message's.
struct NetlinkAttribute {
  std::uint16_t type = 0;  // without the flags for nesting and byte order
  std::string_view payload;

  // The start of the payload as a number in the host's byte order; nullopt if it is too short.
  template <typename Number>
  std::optional<Number> number() const {
    if (payload.size() < sizeof(Number)) return std::nullopt;
    Number value;
    std::memcpy(&value, payload.data(), sizeof value);
    return value;
  }
  // The payload up to the first NUL.
  std::string_view text() const { return payload.substr(0, payload.find('\0')); }
};

// The attributes in a stretch of a message, for range-for. Ends before one that is cut off.
class NetlinkAttributes {
 public:
  explicit NetlinkAttributes(std::string_view bytes) : bytes_(bytes) {}

  class Iterator {
   public:
    explicit Iterator(std::string_view bytes) : rest_(bytes) { advance(); }
    const NetlinkAttribute& operator*() const { return attribute_; }
    Iterator& operator++() {
      advance();
      return *this;
    }
    bool operator!=(std::nullptr_t) const { return !done_; }

   private:
    void advance();

    std::string_view rest_;
    NetlinkAttribute attribute_;
    bool done_ = false;
  };

  Iterator begin() const { return Iterator(bytes_); }
  static std::nullptr_t end() { return nullptr; }

  // The first attribute of a type, or one without payload where there is none.
  NetlinkAttribute find(std::uint16_t type) const;

 private:
  std::string_view bytes_;
};

// A message from the kernel: what follows its netlink header.
class NetlinkMessage {
 public:
  explicit NetlinkMessage(std::string_view body) : body_(body) {}

  // The family's own header at the start (struct ifinfomsg and so on). What a short message lacks
  // of it is zero.
  template <typename Header>
  Header header() const {
    Header header{};
    std::memcpy(&header, body_.data(), std::min(sizeof header, body_.size()));
    return header;
  }
  // The attributes that follow a header of this type.
  template <typename Header>
  NetlinkAttributes attributes() const {
    constexpr std::size_t kAligned = (sizeof(Header) + 3) / 4 * 4;
    return NetlinkAttributes(body_.substr(std::min(kAligned, body_.size())));
  }

 private:
  std::string_view body_;
};

// What is asked of the kernel: a message type, the family's header and attributes.
class NetlinkRequest {
 public:
  // `name` is what errors call it: "netlink RTM_GETLINK".
  template <typename Header>
  NetlinkRequest(std::string name, std::uint16_t type, const Header& header)
      : name_(std::move(name)), type_(type) {
    append({reinterpret_cast<const char*>(&header), sizeof header});
  }
  NetlinkRequest& add(std::uint16_t attribute, std::string_view payload);
  NetlinkRequest& add(std::uint16_t attribute, std::uint32_t number) {
    return add(attribute, {reinterpret_cast<const char*>(&number), sizeof number});
  }

  const std::string& name() const { return name_; }
  std::uint16_t type() const { return type_; }
  const std::string& body() const { return body_; }

 private:
  void append(std::string_view bytes);

  std::string name_;
  std::uint16_t type_;
  std::string body_;
};

// A netlink socket in the network namespace of the thread that uses it first; it stays open between
// scrapes and is opened again after an exchange that did not come to its end, whose late answers
// nobody wants. Waits at most two seconds for each part of an answer. Throws ReadError, which names
// the request, where the kernel refuses it or does not answer. For one thread at a time.
class NetlinkSocket {
 public:
  explicit NetlinkSocket(int protocol);  // NETLINK_ROUTE and so on
  ~NetlinkSocket();
  NetlinkSocket(const NetlinkSocket&) = delete;
  NetlinkSocket& operator=(const NetlinkSocket&) = delete;

  using Begin = std::function<void()>;
  using Visit = std::function<void(const NetlinkMessage&)>;

  // Asks for a whole list. `begin` is called before its first message, and again where the list
  // changed while the kernel wrote it: what came so far is void then. After a few such attempts the
  // list is taken as it comes. `visit` must not use this socket. False if the kernel refused
  // with one of the errors `tolerated`.
  bool dump(const NetlinkRequest& request, const Begin& begin, const Visit& visit,
            std::initializer_list<int> tolerated = {});
  // Asks for one thing.
  bool ask(const NetlinkRequest& request, const Visit& visit,
           std::initializer_list<int> tolerated = {});

 private:
  enum class Outcome { kMore, kDone, kInterrupted, kLost, kRefused };

  Outcome exchange(const NetlinkRequest& request, std::uint16_t flags, const Visit& visit);
  Outcome receive(const NetlinkRequest& request, const Visit& visit);
  Outcome read(const nlmsghdr& message, const Visit& visit);
  bool end(const NetlinkRequest& request, Outcome outcome, std::initializer_list<int> tolerated);
  void open(const NetlinkRequest& request);
  void send(const NetlinkRequest& request, std::uint16_t flags);
  void close();

  int protocol_;
  mnl_socket* socket_ = nullptr;
  unsigned port_ = 0;
  std::uint32_t sequence_ = 0;
  bool answered_ = true;      // nothing is under way
  bool interrupted_ = false;  // the list that is being received
  int refusal_ = 0;           // errno
};

}  // namespace orchestrator_exporter
