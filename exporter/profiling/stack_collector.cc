#include "exporter/profiling/stack_collector.h"

#include <array>
#include <cstdio>
#include <system_error>
#include <utility>

#include "exporter/profiling/code/function_name.h"
#include "exporter/profiling/unwinding.h"
#include "metrics/base/process/file_text.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::size_t kDeepestStack = 256;

// Whether code lies in memory that has no program's file behind it.
bool isGenerated(const CodeMapping& mapping) {
  return mapping.path.empty() || mapping.path.starts_with("[anon") ||
         mapping.path.starts_with("/memfd:") || mapping.path.starts_with("/dev/zero");
}

std::string hexadecimalText(std::uint64_t number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
  return text.data();
}

}  // namespace

void StackCollector::take(std::string_view record) {
  std::visit([this](const auto& one) { add(one); }, decodePerfRecord(record, hasUserState_));
}

SampledProcess& StackCollector::process(std::uint32_t id) {
  return processes_.try_emplace(id, static_cast<int>(id)).first->second;
}

void StackCollector::add(const MappedRecord& mapped) {
  process(mapped.process).maps().add(mapped.mapping);
}

void StackCollector::add(const NamedRecord& named) {
  SampledProcess& one = process(named.process);
  if (named.isExec) one.beginProgram();
  one.nameThread(named.thread, named.name);
}

void StackCollector::add(const ForkedRecord& forked) {
  SampledProcess& parent = process(forked.parent);
  const std::string name = parent.threadName(forked.parentThread);
  if (forked.process != forked.parent) {
    parent.maps();
    SampledProcess child(static_cast<int>(forked.process), parent);
    processes_.insert_or_assign(forked.process, std::move(child));
  }
  process(forked.process).nameThread(forked.thread, name);
}

void StackCollector::add(const SampleRecord& sample) {
  ++samples_;
  SampledProcess& one = process(sample.process);
  std::vector<std::uint64_t> user = sample.user;
  if (sample.state) user = unwindUser(one, *sample.state);
  std::vector<Place> places;
  // All but the innermost of each part are return addresses, behind the call.
  for (std::size_t i = 0; i < sample.kernel.size(); ++i) {
    places.push_back({sample.kernel[i] - (i > 0 ? 1 : 0), 0, PlaceKind::kKernel});
  }
  for (std::size_t i = 0; i < user.size(); ++i) {
    places.push_back(placeOf(one, user[i] - (i > 0 ? 1 : 0)));
  }
  count(one.threadName(sample.thread), std::move(places));
}

StackCollector::Place StackCollector::placeOf(SampledProcess& process, std::uint64_t address) {
  const CodeMapping* mapping = process.maps().find(address);
  if (mapping == nullptr) return {0, 0, PlaceKind::kUnknown};
  if (isGenerated(*mapping)) {
    process.keepGeneratedNames();
    return {address, static_cast<std::uint32_t>(process.id()), PlaceKind::kGenerated};
  }
  const std::uint32_t image = images_.placeOf(process.id(), *mapping);
  const std::uint64_t offset = mapping->fileOffset + (address - mapping->begin);
  return {images_[image].addressOf(offset), image, PlaceKind::kImage};
}

std::vector<std::uint64_t> StackCollector::unwindUser(SampledProcess& process,
                                                      const UserState& state) {
  const RulesAt rulesAt = [&](std::uint64_t address) -> std::optional<FrameRules> {
    const Place place = placeOf(process, address);
    if (place.kind != PlaceKind::kImage) return std::nullopt;
    return images_[place.owner].rules(place.address);
  };
  return unwound(state, rulesAt, kDeepestStack);
}

void StackCollector::count(const std::string& thread, std::vector<Place> places) {
  std::string key = thread + '\0';
  for (const Place& place : places) {
    key.append(reinterpret_cast<const char*>(&place.address), sizeof place.address);
    key.append(reinterpret_cast<const char*>(&place.owner), sizeof place.owner);
    key += static_cast<char>(place.kind);
  }
  Stack& stack = stacks_[key];
  if (stack.count++ > 0) return;
  stack.thread = thread;
  stack.places = std::move(places);
}

SymbolTable& StackCollector::generatedNames(std::uint32_t process) {
  const auto [known, isNew] = generated_.try_emplace(process);
  const auto owner = processes_.find(process);
  if (isNew && owner != processes_.end()) {
    known->second.addGenerated(owner->second.generatedNames());
  }
  return known->second;
}

SymbolTable& StackCollector::kernelNames() {
  if (!isKernelRead_) {
    isKernelRead_ = true;
    try {
      kernel_.addKernel(fileText("/proc/kallsyms"));
    } catch (const std::system_error&) {
      // Then they have no names.
    }
  }
  return kernel_;
}

Frame StackCollector::frameOfImage(const Place& place) {
  CodeImage& image = images_[place.owner];
  const std::string path = toUtf8(image.path());
  Frame frame{.name = {}, .binary = path, .address = place.address};
  if (const auto symbol = image.symbol(place.address)) {
    frame.name = functionName(*symbol);
  } else {
    const std::string file = path.substr(path.rfind('/') + 1);
    // [vdso] has its brackets already.
    frame.name =
        file.starts_with('[')
            ? file
            : "[" + file + "+" + hexadecimalText(image.beginOfFunction(place.address)) + "]";
  }
  if (const auto line = image.line(place.address)) {
    frame.file = line->file;
    frame.line = line->line;
  }
  return frame;
}

Frame StackCollector::frameOf(const Place& place) {
  switch (place.kind) {
    case PlaceKind::kImage:
      return frameOfImage(place);
    case PlaceKind::kKernel: {
      const auto name = kernelNames().find(place.address);
      return {.name = name ? toUtf8(*name) : "[kernel]",
              .binary = "[kernel]",
              .address = place.address,
              .kind = FrameKind::kKernel};
    }
    case PlaceKind::kGenerated: {
      const auto name = generatedNames(place.owner).find(place.address);
      return {.name = name ? functionName(*name) : "[generated code]",
              .address = place.address,
              .kind = FrameKind::kGenerated};
    }
    case PlaceKind::kUnknown:
      break;
  }
  return {.name = "[unknown]"};
}

void StackCollector::addTo(Profile& profile, std::int64_t period) {
  std::map<Place, std::uint32_t> frames;
  const auto frame = [&](const Place& place) {
    const auto [known, isNew] = frames.try_emplace(place);
    if (isNew) known->second = profile.frame(frameOf(place));
    return known->second;
  };
  for (const auto& [key, stack] : stacks_) {
    std::vector<std::uint32_t> places;
    places.push_back(profile.frame(
        {.name = stack.thread.empty() ? "[unknown]" : stack.thread, .kind = FrameKind::kThread}));
    for (auto place = stack.places.rbegin(); place != stack.places.rend(); ++place) {
      places.push_back(frame(*place));
    }
    std::vector<std::int64_t> values(profile.types().size(), stack.count * period);
    values[0] = stack.count;
    profile.add(places, values);
  }
  for (std::uint32_t i = 0; i < images_.size(); ++i) {
    profile.binaries.push_back({toUtf8(images_[i].path()), images_[i].buildId()});
  }
}

}  // namespace orchestrator_exporter::profiling
