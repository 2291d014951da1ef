#include "metrics/profiling/pprof.h"

#include <map>
#include <protozero/pbf_builder.hpp>
#include <unordered_map>
#include <utility>

namespace orchestrator_exporter::profiling {

namespace {

// Field numbers of perftools.profiles, proto/profile.proto.
enum class ProfileField : protozero::pbf_tag_type {
  kSampleType = 1,
  kSample,
  kMapping,
  kLocation,
  kFunction,
  kStringTable,
  kTimeNanos = 9,
  kDurationNanos,
  kPeriodType,
  kPeriod,
  kComment,
  kDefaultSampleType,
};
enum class TypeField : protozero::pbf_tag_type { kType = 1, kUnit };
enum class SampleField : protozero::pbf_tag_type { kLocationId = 1, kValue, kLabel };
enum class LabelField : protozero::pbf_tag_type { kKey = 1, kStr };
enum class MappingField : protozero::pbf_tag_type {
  kId = 1,
  kFilename = 5,
  kBuildId,
  kHasFunctions,
  kHasFilenames,
  kHasLineNumbers,
};
enum class LocationField : protozero::pbf_tag_type { kId = 1, kMappingId, kAddress, kLine };
enum class LineField : protozero::pbf_tag_type { kFunctionId = 1, kLine };
enum class FunctionField : protozero::pbf_tag_type { kId = 1, kName, kSystemName, kFilename };

// Names are written once and referred to by their place; the first is empty.
class Strings {
 public:
  std::int64_t place(const std::string& text) {
    const auto [known, isNew] =
        places_.try_emplace(text, static_cast<std::int64_t>(ordered_.size()));
    if (isNew) ordered_.push_back(text);
    return known->second;
  }
  const std::vector<std::string>& all() const { return ordered_; }

 private:
  std::unordered_map<std::string, std::int64_t> places_ = {{"", 0}};
  std::vector<std::string> ordered_ = {""};
};

class Writer {
 public:
  explicit Writer(const Profile& profile) : profile_(profile), out_(bytes_) {}

  std::string written() {
    for (const ValueType& type : profile_.types()) writeType(ProfileField::kSampleType, type);
    for (const Profile::Stack& stack : profile_.stacks()) writeSample(stack);
    for (const Binary& binary : profile_.binaries) writeMapping(binary.path, binary.buildId);
    for (std::size_t place = 0; place < profile_.frames().size(); ++place) {
      if (profile_.frames()[place].kind != FrameKind::kThread) writeLocation(place);
    }
    writeHead();
    // Last, when all names are known.
    for (const std::string& text : strings_.all()) {
      out_.add_string(ProfileField::kStringTable, text);
    }
    return std::move(bytes_);
  }

 private:
  template <typename Field>
  using Builder = protozero::pbf_builder<Field>;

  void writeType(ProfileField field, const ValueType& type) {
    Builder<TypeField> one(out_, field);
    one.add_int64(TypeField::kType, strings_.place(type.type));
    one.add_int64(TypeField::kUnit, strings_.place(type.unit));
  }

  void writeSample(const Profile::Stack& stack) {
    std::vector<std::uint64_t> locations;
    const Frame* thread = nullptr;
    for (auto place = stack.frames.rbegin(); place != stack.frames.rend(); ++place) {
      const Frame& frame = profile_.frames()[*place];
      if (frame.kind == FrameKind::kThread) {
        thread = &frame;
      } else {
        locations.push_back(*place + 1U);
      }
    }
    Builder<SampleField> one(out_, ProfileField::kSample);
    one.add_packed_uint64(SampleField::kLocationId, locations.begin(), locations.end());
    one.add_packed_int64(SampleField::kValue, stack.values.begin(), stack.values.end());
    if (thread == nullptr) return;
    Builder<LabelField> label(one, SampleField::kLabel);
    label.add_int64(LabelField::kKey, strings_.place("thread"));
    label.add_int64(LabelField::kStr, strings_.place(thread->name));
  }

  // Mappings are numbered from 1 in the order in which they are asked for.
  std::uint64_t writeMapping(const std::string& path, const std::string& buildId) {
    const auto [known, isNew] = mappings_.try_emplace(path, mappings_.size() + 1);
    if (!isNew) return known->second;
    Builder<MappingField> one(out_, ProfileField::kMapping);
    one.add_uint64(MappingField::kId, known->second);
    one.add_int64(MappingField::kFilename, strings_.place(path));
    one.add_int64(MappingField::kBuildId, strings_.place(buildId));
    // Names were found here, and no reader need look for them again.
    one.add_bool(MappingField::kHasFunctions, true);
    one.add_bool(MappingField::kHasFilenames, true);
    one.add_bool(MappingField::kHasLineNumbers, true);
    return known->second;
  }

  void writeLocation(std::size_t place) {
    const Frame& frame = profile_.frames()[place];
    const std::uint64_t mapping = frame.binary.empty() ? 0 : writeMapping(frame.binary, "");
    const std::uint64_t function = writeFunction(frame);
    Builder<LocationField> one(out_, ProfileField::kLocation);
    one.add_uint64(LocationField::kId, place + 1);
    if (mapping != 0) one.add_uint64(LocationField::kMappingId, mapping);
    if (frame.address != 0) one.add_uint64(LocationField::kAddress, frame.address);
    Builder<LineField> line(one, LocationField::kLine);
    line.add_uint64(LineField::kFunctionId, function);
    if (frame.line != 0) line.add_int64(LineField::kLine, frame.line);
  }

  std::uint64_t writeFunction(const Frame& frame) {
    const auto [known, isNew] =
        functions_.try_emplace({frame.name, frame.file, frame.binary}, functions_.size() + 1);
    if (!isNew) return known->second;
    Builder<FunctionField> one(out_, ProfileField::kFunction);
    one.add_uint64(FunctionField::kId, known->second);
    one.add_int64(FunctionField::kName, strings_.place(frame.name));
    one.add_int64(FunctionField::kSystemName, strings_.place(frame.name));
    one.add_int64(FunctionField::kFilename, strings_.place(frame.file));
    return known->second;
  }

  void writeHead() {
    const ValueType& main = profile_.types()[profile_.main()];
    if (profile_.startNanoseconds != 0) {
      out_.add_int64(ProfileField::kTimeNanos, profile_.startNanoseconds);
    }
    out_.add_int64(ProfileField::kDurationNanos, profile_.durationNanoseconds);
    if (profile_.period != 0) {
      writeType(ProfileField::kPeriodType, main);
      out_.add_int64(ProfileField::kPeriod, profile_.period);
    }
    std::vector<std::int64_t> notes;
    for (const std::string& note : profile_.notes) notes.push_back(strings_.place(note));
    out_.add_packed_int64(ProfileField::kComment, notes.begin(), notes.end());
    out_.add_int64(ProfileField::kDefaultSampleType, strings_.place(main.type));
  }

  struct FunctionKey {
    std::string name;
    std::string file;
    std::string binary;
    auto operator<=>(const FunctionKey&) const = default;
  };

  const Profile& profile_;
  std::string bytes_;
  Builder<ProfileField> out_;
  Strings strings_;
  std::map<std::string, std::uint64_t> mappings_;
  std::map<FunctionKey, std::uint64_t> functions_;
};

}  // namespace

std::string pprofBytes(const Profile& profile) { return Writer(profile).written(); }

}  // namespace orchestrator_exporter::profiling
