#include "exporter/host/complaints.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <optional>
#include <string>

namespace orchestrator_exporter {

namespace {

void garbled() { throw ParseError("proc/loadavg", 1, "a number", "abc"); }
void unreadable() { throw ReadError(EIO, "sys/class/net/eth0/speed"); }
void fine() {}

TEST(Complaints, AreEmptyWhereAllIsWell) {
  Complaints complaints;
  EXPECT_TRUE(complaints.attempt(fine));
  EXPECT_EQ(complaints.text(), "");
  EXPECT_NO_THROW(complaints.failIfNothingWasRead());
}

TEST(Complaints, TellWhatCouldNotBeReadOrUnderstood) {
  Complaints complaints;
  EXPECT_FALSE(complaints.attempt(garbled));
  EXPECT_FALSE(complaints.attempt(unreadable));
  EXPECT_EQ(complaints.text(),
            "proc/loadavg:1: expected a number, got 'abc'; "
            "sys/class/net/eth0/speed: Input/output error");
}

// Has failed with a compiler that lost the initial value.
TEST(Complaints, LeaveAResultEmptyThatWasNotRead) {
  struct Reader {
    Complaints complaints;
    std::optional<std::string> read(bool fails) {
      std::optional<std::string> result;
      complaints.attempt([&] { result = text(fails); });
      return result;
    }
    static std::optional<std::string> text(bool fails) {
      if (fails) garbled();
      return "text";
    }
  };
  Reader reader;
  EXPECT_EQ(reader.read(false), "text");
  EXPECT_EQ(reader.read(true), std::nullopt);
}

TEST(Complaints, ReadAValueOrTellWhyThereIsNone) {
  Complaints complaints;
  const auto read = [](bool fails) -> std::optional<std::string_view> {
    if (fails) unreadable();
    return "1000";
  };
  EXPECT_EQ(complaints.valueOf([&] { return read(false); }), "1000");
  EXPECT_EQ(complaints.text(), "");
  EXPECT_EQ(complaints.valueOf([&] { return read(true); }), std::nullopt);
  EXPECT_EQ(complaints.text(), "sys/class/net/eth0/speed: Input/output error");
}

TEST(Complaints, LetOtherExceptionsPass) {
  Complaints complaints;
  EXPECT_THROW(complaints.attempt([] { throw std::logic_error("a mistake"); }), std::logic_error);
}

TEST(Complaints, FailWithTheFirstOnlyWhereNothingWasRead) {
  Complaints complaints;
  complaints.attempt(unreadable);
  complaints.attempt(garbled);
  EXPECT_THROW(complaints.failIfNothingWasRead(), ReadError);
  complaints.attempt(fine);
  EXPECT_NO_THROW(complaints.failIfNothingWasRead());
}

TEST(Complaints, FailWhereTheCollectorSaysThatNothingIsLeft) {
  Complaints complaints;
  complaints.attempt(fine);
  EXPECT_NO_THROW(complaints.failIf(true));
  complaints.attempt(garbled);
  EXPECT_THROW(complaints.failIf(true), ParseError);
  EXPECT_NO_THROW(complaints.failIf(false));
}

TEST(Complaints, DoNotFailForWhatWasFoundInAnotherWay) {
  Complaints complaints;
  complaints.add("a word that is not known");
  EXPECT_NO_THROW(complaints.failIfNothingWasRead());
  EXPECT_EQ(complaints.text(), "a word that is not known");
}

TEST(Complaints, CountWhatWouldBeTooMuchForALine) {
  Complaints complaints;
  for (const char* what : {"a", "b", "c", "d", "e", "f"}) complaints.add(what);
  EXPECT_EQ(complaints.text(), "a; b; c; d; and 2 more");
}

TEST(Complaints, AreForgottenWithTheNextRun) {
  Complaints complaints;
  complaints.attempt(garbled);
  complaints.clear();
  EXPECT_EQ(complaints.text(), "");
  EXPECT_NO_THROW(complaints.failIfNothingWasRead());
}

}  // namespace

}  // namespace orchestrator_exporter
