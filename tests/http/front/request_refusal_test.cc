#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "http/front/parsing/request_head.h"
#include "tests/http/front/parsing/request_heads.h"

// Requests that two readers could read differently, or that no client sends who means well.
namespace orchestrator_exporter::http {
namespace {

using test::RefusedHead;
using testing::HasSubstr;

class MalformedHead : public testing::TestWithParam<RefusedHead> {};

TEST_P(MalformedHead, IsRefused) {
  try {
    const auto head = parseRequestHead(GetParam().head);
    ADD_FAILURE() << (head ? "accepted" : "taken for the beginning of a head");
  } catch (const HttpError& error) {
    EXPECT_EQ(error.status(), GetParam().status);
    EXPECT_THAT(error.what(), HasSubstr(GetParam().reason));
  }
}

std::string nameOf(const testing::TestParamInfo<RefusedHead>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(ByLineEnds, MalformedHead, testing::ValuesIn(test::refusedLineEnds()),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(ByRequestLine, MalformedHead,
                         testing::ValuesIn(test::refusedRequestLines()), nameOf);
INSTANTIATE_TEST_SUITE_P(ByField, MalformedHead, testing::ValuesIn(test::refusedFields()), nameOf);
INSTANTIATE_TEST_SUITE_P(ByHost, MalformedHead, testing::ValuesIn(test::refusedHosts()), nameOf);
INSTANTIATE_TEST_SUITE_P(ByLength, MalformedHead, testing::ValuesIn(test::refusedLengths()),
                         nameOf);

}  // namespace
}  // namespace orchestrator_exporter::http
