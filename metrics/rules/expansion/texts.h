#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::rules {

// Texts as the template functions of Prometheus and Alertmanager of these names make them.

std::string toUpper(std::string_view text);
std::string toLower(std::string_view text);
// Each word with a capital letter at its start.
std::string toTitle(std::string_view text);
// Whether the expression (RE2) matches anywhere. Throws text_template::CallError for a bad one.
bool matchesText(const std::string& expression, std::string_view text);
// Throws likewise.
std::string replacedAll(const std::string& expression, std::string_view replacement,
                        std::string_view text);
// The host of host:port; what is not of that form stays.
std::string withoutPort(std::string_view text);
// The first label of a host name, with the port if there is one; addresses stay.
std::string withoutDomain(std::string_view text);
// A place of the query page, with a graph or a table of the expression.
std::string graphLink(std::string_view expression);
std::string tableLink(std::string_view expression);
// The path of a URL.
std::string pathOf(std::string_view url);

}  // namespace orchestrator_exporter::rules
