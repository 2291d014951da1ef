#include "http/ingest/statsd/datagrams.h"

#include <cstring>

namespace orchestrator_exporter::http::statsd {

DatagramReader::DatagramReader()
    : memory_(std::make_unique_for_overwrite<char[]>(kAtOnce * kLongest)) {
  for (std::size_t i = 0; i < kAtOnce; ++i) {
    places_[i] = {memory_.get() + i * kLongest, kLongest};
    messages_[i].msg_hdr.msg_iov = &places_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    messages_[i].msg_hdr.msg_control = controls_[i].data();
  }
}

std::size_t DatagramReader::read(int socket, const Take& take) {
  for (mmsghdr& message : messages_) message.msg_hdr.msg_controllen = sizeof(Control);
  const int count = ::recvmmsg(socket, messages_.data(), kAtOnce, MSG_DONTWAIT, nullptr);
  if (count <= 0) return 0;
  const auto got = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < got; ++i) {
    take({memory_.get() + i * kLongest, messages_[i].msg_len});
  }
  noteDrops(messages_[got - 1].msg_hdr);
  return got;
}

void DatagramReader::noteDrops(msghdr& header) {
  for (cmsghdr* one = CMSG_FIRSTHDR(&header); one != nullptr; one = CMSG_NXTHDR(&header, one)) {
    if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SO_RXQ_OVFL) continue;
    std::memcpy(&drops_, CMSG_DATA(one), sizeof drops_);
  }
}

}  // namespace orchestrator_exporter::http::statsd
