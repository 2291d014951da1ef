// What most sources include, read once for all targets of a preset for tests (target_precompile_headers). Not for release
// builds (see CMakePresets.json), so that one without CMAKE_UNITY_BUILD finds a source that lacks an include of its own.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// Clang reads of a precompiled header what a source needs of it, and takes half as long with these, also with
// those of the project that most sources include or that take long; GCC reads all of it, and gains nothing.
#ifdef __clang__
#include <prometheus/client_metric.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <atomic>
#include <bit>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <ranges>
#include <regex>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <unordered_set>
#include <utility>
#include <variant>

#include "exporter/configuration/faults.h"
#include "exporter/configuration/value.h"
#include "exporter/host/flags.h"
#include "exporter/kernel/kernel.h"
#include "http/client/client_settings.h"
#include "http/server/message.h"
#include "metrics/base/text_buffer.h"
#include "metrics/history.h"
#include "metrics/label_set.h"
#include "metrics/promql/syntax/expression.h"
#include "metrics/registry/family.h"
#include "metrics/sample.h"
#include "metrics/shared_labels.h"
#include "metrics/sink.h"
#include "metrics/snapshot.h"
#include "metrics/text_template/value.h"
#endif
