#pragma once

#include <ostream>
#include <string>
#include <vector>

// Heads of requests, right and wrong, for the tests that take many.
namespace orchestrator_exporter::test {

// One that is refused: by which rule, with which status, and a part of the reason that is given.
struct RefusedHead {
  std::string name;
  std::string rule;  // "9112, 5.1": RFC and section
  std::string head;
  int status;
  std::string reason;
};

inline std::ostream& operator<<(std::ostream& out, const RefusedHead& refused) {
  return out << "RFC " << refused.rule;
}

// A right head of a GET with these lines after its Host.
inline std::string headWith(const std::string& lines) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}

// A right head but for its request line, to which a CRLF is added.
inline std::string headOf(const std::string& requestLine) {
  return requestLine + "\r\nHost: a\r\n\r\n";
}

inline std::vector<std::string> rightHeads() {
  using namespace std::string_literals;
  return {
      headWith(""),
      headOf("OPTIONS * HTTP/1.1"),
      headOf("\r\nDELETE //a/%2e%2e/b?c=[d]&e={f}|\"g\" HTTP/1.1"),
      headOf("GET HTTP://user.example:80?x=/y HTTP/1.1"),
      headOf("OPTIONS https://[2001:db8::1]:8443 HTTP/1.1"),
      headOf("M-SEARCH /a HTTP/1.7"),
      "GET / HTTP/1.0\r\n\r\n",
      "GET http://b/ HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
      "POST /records HTTP/1.1\r\nHost:\r\nContent-Length: 5, 5\r\nExpect: "
      "100-Continue\r\n\r\n12345",
      headWith("transfer-encoding:\tChunked \t\r\nCONNECTION: TE, close\r\n"),
      headWith("A: \x80\xFF\r\nA:\r\n!#$%&'*+-.^_`|~0: \t b \t c \t\r\n"s),
      headWith("") + headWith("Content-Length: 7\r\n"),
      "GET /metrics HTTP/1.1\r\nHost: localhost:10190\r\nUser-Agent: Prometheus/3.5.3\r\n"
      "Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2\r\n"
      "Accept-Encoding: gzip\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n",
  };
}

// In request_refusal_test.cc's order: lines and their ends, the request line, fields, Host,
// lengths.
inline std::vector<RefusedHead> refusedLineEnds() {
  using namespace std::string_literals;
  return {
      {"TwoEmptyLinesFirst", "9112, 2.2", "\r\n\r\n" + headWith(""), 400, "method"},
      {"LineFeedFirst", "9112, 2.2", "\n" + headWith(""), 400, "method"},
      {"CarriageReturnFirst", "9112, 2.2", "\r" + headWith(""), 400, "CR without LF"},
      {"RequestLineEndsInLineFeed", "9112, 2.2", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400,
       "LF without CR"},
      {"RequestLineEndsInCarriageReturn", "9112, 2.2", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400,
       "CR without LF"},
      {"FieldEndsInLineFeed", "9112, 2.2", headWith("A: b\nContent-Length: 5\r\n"), 400,
       "LF without CR"},
      {"FieldEndsInCarriageReturn", "9112, 2.2", headWith("A: b\rContent-Length: 5\r\n"), 400,
       "CR without LF"},
      {"FieldEndsInTwoCarriageReturns", "9112, 2.2", headWith("A: b\r\r\n"), 400, "CR without LF"},
      {"EmptyLineOfLineFeed", "9112, 2.2", headOf("GET / HTTP/1.1\r\nA: b\r\n\n"), 400,
       "LF without CR"},
      {"EmptyLineOfCarriageReturn", "9112, 2.2", headOf("GET / HTTP/1.1\r\nA: b\r\n\r"), 400,
       "CR without LF"},
      {"WhitespaceBeforeTheFirstField", "9112, 2.2", headOf("GET / HTTP/1.1\r\n A: b"), 400,
       "folded"},
      {"FieldFoldedBySpace", "9112, 5.2", headWith("A: b\r\n Content-Length: 5\r\n"), 400,
       "folded"},
      {"FieldFoldedByTab", "9112, 5.2", headWith("A: b\r\n\tContent-Length: 5\r\n"), 400, "folded"},
      {"FoldedEmptyLine", "9112, 5.2", headWith("A: b\r\n \r\n"), 400, "folded"},
  };
}

inline std::vector<RefusedHead> refusedRequestLines() {
  using namespace std::string_literals;
  return {
      {"NoMethod", "9112, 3", headOf(" / HTTP/1.1"), 400, "method"},
      {"NoRequestLine", "9112, 3", "Host: a\r\n\r\n", 400, "method"},
      {"TlsHandshake", "9112, 3.1", "\x16\x03\x01\x02\0\x01\0\x01\xFC\x03\x03"s, 400, "method"},
      {"NulInMethod", "9112, 3.1", headOf("GE\0T / HTTP/1.1"s), 400, "method"},
      {"ColonInMethod", "9110, 5.6.2", headOf("GET: / HTTP/1.1"), 400, "method"},
      {"ObsTextInMethod", "9110, 5.6.2", headOf("G\xC3\x89T / HTTP/1.1"), 400, "method"},
      {"MethodLongerThanAnyKnown", "9112, 3", headOf(std::string(33, 'M') + " / HTTP/1.1"), 501,
       "method"},
      {"Connect", "9110, 9.3.6", headOf("CONNECT a:443 HTTP/1.1"), 501, "CONNECT"},
      {"TabAfterMethod", "9112, 3", headOf("GET\t/ HTTP/1.1"), 400, "method"},
      {"TwoSpacesAfterMethod", "9112, 3", headOf("GET  / HTTP/1.1"), 400, "target"},
      {"TabBeforeVersion", "9112, 3", headOf("GET /\tHTTP/1.1"), 400, "target"},
      {"TwoSpacesBeforeVersion", "9112, 3", headOf("GET /  HTTP/1.1"), 400, "version"},
      {"SpaceInTarget", "9112, 3.2", headOf("GET /a b HTTP/1.1"), 400, "version"},
      {"NulInTarget", "9112, 3.2", headOf("GET /\0 HTTP/1.1"s), 400, "target"},
      {"LineFeedInTarget", "9112, 3.2", headOf("GET /\nb HTTP/1.1"), 400, "target"},
      {"CarriageReturnInTarget", "9112, 3.2", headOf("GET /\rb HTTP/1.1"), 400, "target"},
      {"DeleteInTarget", "9112, 3.2", headOf("GET /\x7F HTTP/1.1"), 400, "target"},
      {"ObsTextInTarget", "9112, 3.2", headOf("GET /\xC3\xA4 HTTP/1.1"), 400, "target"},
      {"Fragment", "9112, 3.2", headOf("GET /a#b HTTP/1.1"), 400, "fragment"},
      {"NoTarget", "9112, 3.2", headOf("GET HTTP/1.1"), 400, "target"},
      {"RelativeTarget", "9112, 3.2", headOf("GET metrics HTTP/1.1"), 400, "neither a path nor"},
      {"QueryForTarget", "9112, 3.2", headOf("GET ?a=b HTTP/1.1"), 400, "neither a path nor"},
      {"AuthorityForTarget", "9112, 3.2.3", headOf("GET a:443 HTTP/1.1"), 400,
       "neither a path nor"},
      {"AsteriskOfGet", "9112, 3.2.4", headOf("GET * HTTP/1.1"), 400, "OPTIONS only"},
      {"AsteriskAndMore", "9112, 3.2.4", headOf("OPTIONS *a HTTP/1.1"), 400, "neither a path nor"},
      {"UrlOfAnotherScheme", "9112, 3.2.2", headOf("GET ftp://a/ HTTP/1.1"), 400, "scheme"},
      {"UrlWithoutAuthority", "9112, 3.2.2", headOf("GET http:/a HTTP/1.1"), 400,
       "neither a path nor"},
      {"UrlWithoutHost", "9110, 4.2.1", headOf("GET http:///a HTTP/1.1"), 400, "host is invalid"},
      {"UrlWithUser", "9110, 4.2.4", headOf("GET http://b@a/ HTTP/1.1"), 400, "user"},
      {"UrlWithUserThatLooksLikeAHost", "9110, 4.2.4", headOf("GET http://a:80@b/ HTTP/1.1"), 400,
       "user"},
      {"UrlWithBackslash", "9112, 3.2.2", headOf("GET http://a\\@b/ HTTP/1.1"), 400, "user"},
      {"UrlWithBadPort", "9112, 3.2.2", headOf("GET http://a:8o/ HTTP/1.1"), 400,
       "host is invalid"},
      {"NoVersion", "9112, 3", headOf("GET /"), 400, "target"},
      {"EmptyVersion", "9112, 2.3", headOf("GET / "), 400, "version"},
      {"LowerCaseVersion", "9112, 2.3", headOf("GET / http/1.1"), 400, "version"},
      {"VersionWithoutMinor", "9112, 2.3", headOf("GET / HTTP/1"), 400, "version"},
      {"VersionOfTwoDigits", "9112, 2.3", headOf("GET / HTTP/1.10"), 400, "version"},
      {"VersionWithSign", "9112, 2.3", headOf("GET / HTTP/+1.1"), 400, "version"},
      {"VersionWithComma", "9112, 2.3", headOf("GET / HTTP/1,1"), 400, "version"},
      {"VersionOfAnotherProtocol", "9112, 2.3", headOf("GET / RTSP/1.0"), 400, "version"},
      {"SpaceAfterVersion", "9112, 3", headOf("GET / HTTP/1.1 "), 400, "follows the version"},
      {"NulAfterVersion", "9112, 3", headOf("GET / HTTP/1.1\0"s), 400, "follows the version"},
      {"VersionZero", "9112, 2.3", headOf("GET / HTTP/0.9"), 400, "HTTP/0"},
      {"VersionTwo", "9110, 15.6.6", headOf("GET / HTTP/2.0"), 505, "HTTP/1.0 and HTTP/1.1"},
      {"PrefaceOfHttp2", "9113, 3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505,
       "HTTP/1.0 and HTTP/1.1"},
      {"TooLongRequestLine", "9112, 3",
       headOf("GET /" + std::string((8U << 10) - 13, 'a') + " HTTP/1.1"), 414, "8192 bytes"},
  };
}

inline std::vector<RefusedHead> refusedFields() {
  using namespace std::string_literals;
  std::string many;
  for (int i = 0; i < 100; ++i) many += "A: b\r\n";
  return {
      {"SpaceBeforeColon", "9112, 5.1", headWith("Content-Length : 5\r\n"), 400, "whitespace"},
      {"TabBeforeColon", "9112, 5.1", headWith("Content-Length\t: 5\r\n"), 400, "whitespace"},
      {"SpaceInName", "9112, 5", headWith("Content Length: 5\r\n"), 400, "whitespace"},
      {"NoName", "9112, 5", headWith(": 5\r\n"), 400, "no name"},
      {"NoColon", "9112, 5", headWith("Content-Length\r\n"), 400, "name and a colon"},
      {"QuotedName", "9110, 5.1", headWith("\"Content-Length\": 5\r\n"), 400, "name and a colon"},
      {"NulInName", "9110, 5.1", headWith("Content-Length\0: 5\r\n"s), 400, "name and a colon"},
      {"ControlInName", "9110, 5.1", headWith("Content-Length\x0B: 5\r\n"), 400,
       "name and a colon"},
      {"ObsTextInName", "9110, 5.1",
       headWith("\xA0"
                "Content-Length: 5\r\n"),
       400, "name and a colon"},
      {"NulInValue", "9110, 5.5", headWith("A: b\0c\r\n"s), 400, "control character"},
      {"NulAfterValue", "9110, 5.5", headWith("A: b\0\r\n"s), 400, "control character"},
      {"FormFeedInValue", "9110, 5.5", headWith("A: b\x0C\r\n"), 400, "control character"},
      {"EscapeInValue", "9110, 5.5", headWith("A: \x1B[2J\r\n"), 400, "control character"},
      {"DeleteInValue", "9110, 5.5", headWith("A: \x7F\r\n"), 400, "control character"},
      {"UnknownExpectation", "9110, 10.1.1", headWith("Expect: 200-ok\r\n"), 417, "100-continue"},
      {"EmptyExpectation", "9110, 10.1.1", headWith("Expect:\r\n"), 417, "100-continue"},
      {"TooManyFields", "6585, 5", headWith(many), 431, "60 header fields"},
      {"LengthAfterTooManyFields", "6585, 5", headWith(many + "Content-Length: 5\r\n"), 431,
       "60 header fields"},
      {"TooLargeHead", "6585, 5", headWith("A: " + std::string(16U << 10, 'b') + "\r\n"), 431,
       "16384 bytes"},
  };
}

inline std::vector<RefusedHead> refusedHosts() {
  return {
      {"NoHost", "9112, 3.2", "GET / HTTP/1.1\r\n\r\n", 400, "no Host"},
      {"NoHostInLaterVersion", "9112, 3.2", "GET / HTTP/1.2\r\n\r\n", 400, "no Host"},
      {"NoHostBesideUrl", "9112, 3.2", "GET http://a/ HTTP/1.1\r\n\r\n", 400, "no Host"},
      {"TwoHosts", "9112, 3.2", headWith("Host: b\r\n"), 400, "more than one Host"},
      {"TwoHostsAlike", "9112, 3.2", headWith("host: a\r\n"), 400, "more than one Host"},
      {"TwoHostsBesideUrl", "9112, 3.2", headOf("GET http://a/ HTTP/1.1\r\nHost: a"), 400,
       "more than one Host"},
      {"TwoHostsInOldVersion", "9112, 3.2", headOf("GET / HTTP/1.0\r\nHost: a"), 400,
       "more than one Host"},
      {"ListOfHosts", "9112, 3.2", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "Host is invalid"},
      {"HostWithUser", "9112, 3.2", "GET / HTTP/1.1\r\nHost: b@a\r\n\r\n", 400, "Host is invalid"},
      {"HostWithPath", "9112, 3.2", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "Host is invalid"},
      {"HostWithScheme", "9112, 3.2", "GET / HTTP/1.1\r\nHost: http://a\r\n\r\n", 400,
       "Host is invalid"},
      {"HostWithObsText", "9110, 7.2", "GET / HTTP/1.1\r\nHost: \xC3\xA4\r\n\r\n", 400,
       "Host is invalid"},
      {"HostOfAPortAlone", "9110, 7.2", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400,
       "Host is invalid"},
      {"HostWithSignedPort", "9110, 7.2", "GET / HTTP/1.1\r\nHost: a:+80\r\n\r\n", 400,
       "Host is invalid"},
      {"HostOfIpv6WithoutBrackets", "9110, 7.2", "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n", 400,
       "Host is invalid"},
      {"InvalidHostBesideUrl", "9112, 3.2", "GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n", 400,
       "Host is invalid"},
  };
}

inline std::vector<RefusedHead> refusedLengths() {
  const std::string kChunked = "Transfer-Encoding: chunked\r\n";
  const auto length = [](const std::string& value) {
    return headWith("Content-Length: " + value + "\r\n");
  };
  const auto coding = [](const std::string& value) {
    return headWith("Transfer-Encoding: " + value + "\r\n");
  };
  return {
      {"HexadecimalLength", "9110, 8.6", length("0x22"), 400, "not a number"},
      {"SignedLength", "9110, 8.6", length("+5"), 400, "not a number"},
      {"NegativeLength", "9110, 8.6", length("-1"), 400, "not a number"},
      {"EmptyLength", "9110, 8.6", length(""), 400, "not a number"},
      {"FractionalLength", "9110, 8.6", length("5.0"), 400, "not a number"},
      {"LengthWithExponent", "9110, 8.6", length("5e1"), 400, "not a number"},
      {"LengthOfTwoWords", "9110, 8.6", length("5 5"), 400, "not a number"},
      {"QuotedLength", "9110, 8.6", length("\"5\""), 400, "not a number"},
      {"LengthWithParameter", "9110, 8.6", length("5;a=b"), 400, "not a number"},
      {"LengthInWideDigits", "9110, 8.6", length("\xEF\xBC\x95"), 400, "not a number"},
      {"LengthBeyond64Bits", "9110, 8.6", length("18446744073709551616"), 400, "64 bits"},
      {"LengthThatWrapsTo5", "9110, 8.6", length("18446744073709551621"), 400, "64 bits"},
      {"ListOfDifferentLengths", "9110, 8.6", length("5, 6"), 400, "differ"},
      {"ListOfLengthsEndsInComma", "9110, 8.6", length("5,"), 400, "not a number"},
      {"ListOfLengthsBeginsWithComma", "9110, 8.6", length(",5"), 400, "not a number"},
      {"TwoDifferentLengths", "9112, 6.3", headWith("Content-Length: 0\r\nContent-Length: 34\r\n"),
       400, "differ"},
      {"TwoDifferentLengthsInOldVersion", "9112, 6.3",
       "POST / HTTP/1.0\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400, "differ"},
      {"LengthThenCoding", "9112, 6.3", headWith("Content-Length: 5\r\n" + kChunked), 400, "both"},
      {"CodingThenLength", "9112, 6.3", headWith(kChunked + "Content-Length: 5\r\n"), 400, "both"},
      {"CodingAndLengthOfZero", "9112, 6.3", headWith(kChunked + "Content-Length: 0\r\n"), 400,
       "both"},
      {"TwoCodings", "9112, 6.1", headWith(kChunked + "Transfer-Encoding: identity\r\n"), 400,
       "chunked alone"},
      {"TwoCodingsAlike", "9112, 7.1", headWith(kChunked + kChunked), 400, "chunked alone"},
      {"ChunkedTwice", "9112, 7.1", coding("chunked, chunked"), 400, "chunked alone"},
      {"CodingBeforeChunked", "9112, 6.1", coding("gzip, chunked"), 400, "chunked alone"},
      {"CodingAfterChunked", "9112, 6.3", coding("chunked, identity"), 400, "chunked alone"},
      {"Identity", "9112, 7", coding("identity"), 400, "chunked alone"},
      {"UnknownCoding", "9112, 6.1", coding("xchunked"), 400, "chunked alone"},
      {"ChunkedWithParameter", "9112, 7.1", coding("chunked;q=1"), 400, "chunked alone"},
      {"QuotedChunked", "9112, 6.1", coding("\"chunked\""), 400, "chunked alone"},
      {"EmptyCoding", "9112, 6.1", coding(""), 400, "chunked alone"},
      {"EmptyCodingBeforeChunked", "9112, 6.1", coding(", chunked"), 400, "chunked alone"},
      {"ControlBeforeChunked", "9112, 6.1",
       coding("\x0B"
              "chunked"),
       400, "control character"},
      {"NoBreakSpaceBeforeChunked", "9112, 6.1",
       coding("\xA0"
              "chunked"),
       400, "chunked alone"},
      {"CodingInOldVersion", "9112, 6.1", "POST / HTTP/1.0\r\n" + kChunked + "\r\n", 400,
       "HTTP/1.0 has no"},
  };
}

inline std::vector<RefusedHead> refusedHeads() {
  std::vector<RefusedHead> all;
  for (const auto& some : {refusedLineEnds(), refusedRequestLines(), refusedFields(),
                           refusedHosts(), refusedLengths()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace orchestrator_exporter::test
