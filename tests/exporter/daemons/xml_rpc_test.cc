#include "exporter/daemons/xml_rpc.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter {

namespace {

// A response that holds this value.
std::string response(const std::string& value) {
  return "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>" + value +
         "</value>\n</param>\n</params>\n</methodResponse>\n";
}

XmlRpcValue valueOf(const std::string& value) {
  return parseXmlRpcResponse("host", response(value));
}

std::string textOf(const std::string& value) { return valueOf(value).text; }

std::string errorOf(const std::string& xml) {
  try {
    parseXmlRpcResponse("host:9001", xml);
  } catch (const ParseError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST(XmlRpc, CallsAMethodWithoutParameters) {
  EXPECT_EQ(xmlRpcCall("supervisor.getAllProcessInfo"),
            "<?xml version=\"1.0\"?>\n<methodCall><methodName>supervisor.getAllProcessInfo"
            "</methodName><params></params></methodCall>\n");
}

TEST(XmlRpc, KeepsScalarsAsTheyAreWritten) {
  EXPECT_EQ(textOf("<int>42</int>"), "42");
  EXPECT_EQ(textOf("<string> two words </string>"), " two words ");
  EXPECT_EQ(textOf("<boolean>1</boolean>"), "1");
  EXPECT_EQ(textOf("without a type"), "without a type");
  EXPECT_EQ(textOf(""), "");
  EXPECT_EQ(textOf("<string/>"), "");
  EXPECT_EQ(textOf("<nil />"), "");
  EXPECT_EQ(valueOf("<int>42</int>").kind, XmlRpcValue::Kind::kScalar);
}

TEST(XmlRpc, ReadsArraysAndStructsInEachOther) {
  const XmlRpcValue value = valueOf(
      "<array><data>\n<value><struct>\n<member><name>name</name><value><string>a</string></value>"
      "</member>\n<member><name>pid</name><value><int>7</int></value></member></struct></value>\n"
      "<value>b</value></data></array>");
  ASSERT_EQ(value.kind, XmlRpcValue::Kind::kArray);
  ASSERT_EQ(value.items.size(), 2u);
  ASSERT_EQ(value.items[0].kind, XmlRpcValue::Kind::kStruct);
  ASSERT_NE(value.items[0].find("pid"), nullptr);
  EXPECT_EQ(value.items[0].find("pid")->text, "7");
  EXPECT_EQ(value.items[0].find("name")->text, "a");
  EXPECT_EQ(value.items[0].find("none"), nullptr);
  EXPECT_EQ(value.items[1].text, "b");
}

TEST(XmlRpc, ReadsWhatIsEmpty) {
  EXPECT_TRUE(valueOf("<array><data></data></array>").items.empty());
  EXPECT_TRUE(valueOf("<array><data/></array>").items.empty());
  EXPECT_TRUE(valueOf("<struct></struct>").members.empty());
  EXPECT_TRUE(valueOf("<struct/>").members.empty());
}

TEST(XmlRpc, ReadsEntitiesAndCharacterNumbers) {
  EXPECT_EQ(textOf("a &lt;b&gt; &amp; &quot;c&quot; &apos;"), "a <b> & \"c\" '");
  EXPECT_EQ(textOf("&#65;&#x42;&#xe9;&#8364;&#x1F600;"), "AB\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  EXPECT_EQ(textOf("<![CDATA[<a>&amp;]]>"), "<a>&amp;");
  EXPECT_EQ(textOf("a<!-- no text -->b"), "ab");
}

TEST(XmlRpc, PassesOverDeclarationsCommentsAndAttributes) {
  EXPECT_EQ(parseXmlRpcResponse("host",
                                "<?xml?><!DOCTYPE x><!-- c --><methodResponse a='b'><params><param>"
                                "<value><int x=\"y\">1</int></value></param></params>"
                                "</methodResponse>")
                .text,
            "1");
}

TEST(XmlRpc, TellsAFault) {
  const std::string fault =
      "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>2</int>"
      "</value></member><member><name>faultString</name><value><string>BAD_NAME</string></value>"
      "</member></struct></value></fault></methodResponse>";
  EXPECT_EQ(errorOf(fault), "host:9001: fault: BAD_NAME");
  EXPECT_EQ(errorOf("<methodResponse><fault><value>x</value></fault></methodResponse>"),
            "host:9001: fault: no reason");
}

TEST(XmlRpc, ShowsAFaultInPrintableCharacters) {
  const std::string fault =
      "<methodResponse><fault><value><struct><member><name>faultString</name><value>a\x01\xff"
      "</value></member></struct></value></fault></methodResponse>";
  EXPECT_EQ(errorOf(fault), "host:9001: fault: a\\x01\\xff");
}

TEST(XmlRpc, NamesTheLineOfWhatItDidNotExpect) {
  EXPECT_EQ(errorOf("<html>\n</html>"),
            "host:9001:1: expected <methodResponse>, got '<html>\\x0a</html>'");
  EXPECT_EQ(errorOf("<methodResponse>\n<params>\n</params></methodResponse>"),
            "host:9001:3: expected <param>, got '</params></methodResponse>'");
}

TEST(XmlRpc, RefusesADocumentThatIsCutOffAnywhere) {
  const std::string whole = response(
      "<array><data><value><struct><member><name>a</name><value><int>1</int></value></member>"
      "</struct></value></data></array>");
  ASSERT_EQ(errorOf(whole), "");
  // What follows the value need not be there.
  const std::size_t needed = whole.find("</value>\n</param>") + std::string("</value>").size();
  for (std::size_t size = 0; size < needed; ++size) {
    EXPECT_NE(errorOf(whole.substr(0, size)), "") << size;
  }
}

TEST(XmlRpc, RefusesElementsThatCloseInAnotherOrder) {
  for (const char* value :
       {"<array></array>", "<array><data></array></data>", "<struct><name>a</name></struct>",
        "<struct><member><value>1</value><name>a</name></member></struct>",
        "<struct><member><name>a</name></member></struct>", "<int>1</string>",
        "<array><data>text</data></array>", "<int>1", "</int>"}) {
    EXPECT_NE(errorOf(response(value)), "") << value;
  }
}

TEST(XmlRpc, RefusesEntitiesThatItDoesNotKnow) {
  for (const char* value : {"&nbsp;", "&", "&lt", "&;", "&#;", "&#x;", "&#xg;", "&#1114112;",
                            "&#x110000;", "&#-1;", "&#99999999999999999999;"}) {
    EXPECT_NE(errorOf(response(value)), "") << value;
  }
}

TEST(XmlRpc, RefusesNumbersThatAreNoCharacters) {
  // Half of a surrogate pair has no form in UTF-8, and XML 1.0 has no NUL.
  for (const char* value : {"&#xD800;", "&#xDFFF;", "&#55357;", "&#0;"}) {
    EXPECT_NE(errorOf(response(value)), "") << value;
  }
  EXPECT_EQ(textOf("&#xD7FF;&#xE000;"), "\xed\x9f\xbf\xee\x80\x80");
}

TEST(XmlRpc, RefusesToGoTooDeep) {
  const auto nested = [](int depth) {
    std::string open;
    std::string close;
    for (int i = 0; i < depth; ++i) {
      open += "<array><data><value>";
      close += "</value></data></array>";
    }
    return response(open + "x" + close);
  };
  EXPECT_EQ(errorOf(nested(30)), "");
  EXPECT_NE(errorOf(nested(100)), "");
  EXPECT_NE(errorOf(nested(100'000)), "");
}

}  // namespace orchestrator_exporter
