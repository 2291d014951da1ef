#include "http/ingest/browser/page_table.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::http::browser {

TEST(PageTable, GivesTheFirstPagesTheirNames) {
  PageTable pages(2, 0);
  EXPECT_EQ(pages.nameOf("/a", 0), "/a");
  EXPECT_EQ(pages.nameOf("/b", 0), "/b");
  EXPECT_EQ(pages.nameOf("/c", 0), "other");
  EXPECT_EQ(pages.nameOf("/a", 0), "/a");
}

TEST(PageTable, GivesThePlaceOfAPageThatNobodyVisitsToAnother) {
  PageTable pages(2, 100);
  pages.nameOf("/a", 0);
  pages.nameOf("/b", 0);
  pages.nameOf("/a", 90);
  EXPECT_EQ(pages.nameOf("/c", 100), "other");
  EXPECT_EQ(pages.nameOf("/c", 110), "/c");
  EXPECT_EQ(pages.nameOf("/b", 120), "other");
}

TEST(PageTable, KeepsPagesForGoodWithoutAnExpiry) {
  PageTable pages(1, 0);
  pages.nameOf("/a", 0);
  EXPECT_EQ(pages.nameOf("/b", 1'000'000), "other");
}

}  // namespace orchestrator_exporter::http::browser
