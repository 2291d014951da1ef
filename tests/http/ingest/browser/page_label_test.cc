#include "http/ingest/browser/page_label.h"

#include <gtest/gtest.h>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::browser {

TEST(PageLabel, IsThePathWithoutQueryAndFragment) {
  EXPECT_EQ(pageLabel("/cart"), "/cart");
  EXPECT_EQ(pageLabel("/cart?item=7"), "/cart");
  EXPECT_EQ(pageLabel("/cart#top"), "/cart");
}

TEST(PageLabel, HasOneSpellingForOnePage) {
  EXPECT_EQ(pageLabel(""), "/");
  EXPECT_EQ(pageLabel("/"), "/");
  EXPECT_EQ(pageLabel("/cart/"), "/cart");
  EXPECT_EQ(pageLabel("//cart"), "/cart");
  EXPECT_EQ(pageLabel("checkout"), "/checkout");
}

TEST(PageLabel, ReplacesWhatDiffersFromVisitToVisit) {
  EXPECT_EQ(pageLabel("/orders/4711/lines"), "/orders/:id/lines");
  EXPECT_EQ(pageLabel("/u/123e4567-e89b-12d3-a456-426614174000"), "/u/:id");
  EXPECT_EQ(pageLabel("/u/DEADBEEF"), "/u/:id");
  EXPECT_EQ(pageLabel("/t/" + std::string(41, 'x')), "/t/:id");
}

TEST(PageLabel, KeepsWordsThatLookALittleLikeIds) {
  EXPECT_EQ(pageLabel("/facade/v2/2024-report"), "/facade/v2/2024-report");
  EXPECT_EQ(pageLabel("/u/123e4567-e89b-12d3-a456-42661417400g"),
            "/u/123e4567-e89b-12d3-a456-42661417400g");
  EXPECT_EQ(pageLabel("/t/" + std::string(40, 'x')), "/t/" + std::string(40, 'x'));
}

TEST(PageLabel, CountsCharactersAndNotBytes) {
  std::string greek;
  for (int i = 0; i < 40; ++i) greek += "λ";
  EXPECT_EQ(pageLabel("/" + greek), "/" + greek);
}

TEST(PageLabel, EndsAfterSixSegments) {
  EXPECT_EQ(pageLabel("/a/b/c/d/e/f"), "/a/b/c/d/e/f");
  EXPECT_EQ(pageLabel("/a/b/c/d/e/f/g"), "/a/b/c/d/e/f");
}

TEST(PageLabel, IsPrintableUtf8WhateverTheBytes) {
  EXPECT_EQ(pageLabel("/a\xFF"), "/:id");
  EXPECT_EQ(pageLabel("/a\n"), "/:id");
  EXPECT_EQ(pageLabel(std::string("/a\0b", 4)), "/:id");
}

}  // namespace orchestrator_exporter::http::browser
