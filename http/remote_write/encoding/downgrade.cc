#include "http/remote_write/encoding/downgrade.h"

#include <protozero/pbf_reader.hpp>
#include <vector>

#include "http/remote_write/encoding/snappy.h"
#include "http/remote_write/encoding/wire.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::remote_write {

namespace {

using protozero::pbf_reader;

std::string_view viewOf(pbf_reader& reader) {
  const auto view = reader.get_view();
  return {view.data(), view.size()};
}

class Downgrade {
 public:
  explicit Downgrade(std::string_view request) : request_(request) {
    pbf_reader fields(request.data(), request.size());
    while (fields.next(4)) symbols_.push_back(viewOf(fields));
  }

  std::string whole() const {
    std::string out;
    pbf_reader fields(request_.data(), request_.size());
    while (fields.next(5)) wire::addBytes(out, 1, series(fields.get_message()));
    return out;
  }

 private:
  std::string series(pbf_reader fields) const {
    std::string out;
    while (fields.next()) {
      switch (fields.tag()) {
        case 1:
          addLabels(out, fields.get_packed_uint32());
          break;
        case 2:
          wire::addBytes(out, 2, sample(fields.get_message()));
          break;
        case 3:
          wire::addBytes(out, 4, viewOf(fields));
          break;
        case 4:
          wire::addBytes(out, 3, exemplar(fields.get_message()));
          break;
        default:
          fields.skip();
      }
    }
    return out;
  }

  template <typename Places>
  void addLabels(std::string& out, const Places& places) const {
    for (auto place = places.begin(); place != places.end(); ++place) {
      std::string label;
      wire::addBytes(label, 1, symbols_.at(*place));
      if (++place == places.end()) throw ParseError("a label without a value");
      wire::addBytes(label, 2, symbols_.at(*place));
      wire::addBytes(out, 1, label);
    }
  }

  static std::string sample(pbf_reader fields) {
    std::string out;
    while (fields.next()) {
      if (fields.tag() == 1) {
        wire::addDouble(out, 1, fields.get_double());
      } else if (fields.tag() == 2) {
        wire::addNumber(out, 2, fields.get_uint64());
      } else {
        fields.skip();
      }
    }
    return out;
  }

  std::string exemplar(pbf_reader fields) const {
    std::string out;
    while (fields.next()) {
      if (fields.tag() == 1) {
        addLabels(out, fields.get_packed_uint32());
      } else if (fields.tag() == 2) {
        wire::addDouble(out, 2, fields.get_double());
      } else if (fields.tag() == 3) {
        wire::addNumber(out, 3, fields.get_uint64());
      } else {
        fields.skip();
      }
    }
    return out;
  }

  const std::string_view request_;
  std::vector<std::string_view> symbols_;
};

}  // namespace

std::string downgraded(std::string_view packedRequest) try {
  return packed(Downgrade(unpacked(packedRequest)).whole());
} catch (const protozero::exception& error) {
  throw ParseError(error.what());
} catch (const std::out_of_range&) {
  throw ParseError("a label that the request has no text for");
}

}  // namespace orchestrator_exporter::remote_write
