#include <algorithm>
#include <array>

#include "exporter/probes/context.h"
#include "exporter/probes/dns_exchange.h"

namespace orchestrator_exporter::probes {

namespace {

bool matchesAny(const std::vector<Expression>& expressions, const std::string& text) {
  return std::any_of(expressions.begin(), expressions.end(),
                     [&](const Expression& expression) { return expression.matches(text); });
}

bool matchesAll(const std::vector<Expression>& expressions, const std::string& text) {
  return std::all_of(expressions.begin(), expressions.end(),
                     [&](const Expression& expression) { return expression.matches(text); });
}

bool meet(const RecordConditions& conditions, const std::vector<DnsRecord>& records) {
  bool doAllMatch = true;
  bool doesAnyMatch = false;
  if (records.empty() && !(conditions.allMatch.empty() && conditions.anyMatches.empty())) {
    return false;
  }
  for (const DnsRecord& record : records) {
    const std::string text = record.text();
    if (matchesAny(conditions.noneMatches, text)) return false;
    if (!matchesAll(conditions.allMatch, text)) return false;
    doAllMatch = doAllMatch && matchesAll(conditions.sameForAll, text);
    doesAnyMatch = doesAnyMatch || matchesAny(conditions.anyMatches, text);
  }
  // What the key's name forbids is what blackbox_exporter demands of it.
  if (!conditions.sameForAll.empty() && !doAllMatch) return false;
  return conditions.anyMatches.empty() || doesAnyMatch;
}

// What is known of the server so far.
struct DnsFound {
  double resolve = 0;
  double connect = 0;
  double request = 0;
  std::optional<DnsAnswer> answer = {};

  void give(Sink& out) const {
    const auto phases = out.gauge("probe_dns_duration_seconds", "How long a phase took.");
    phases.add(resolve, {{"phase", "resolve"}});
    phases.add(connect, {{"phase", "connect"}});
    phases.add(request, {{"phase", "request"}});
    const DnsAnswer none;
    const DnsAnswer& got = answer ? *answer : none;
    const auto count = [&](const char* name, const char* help, std::size_t value) {
      out.gauge(name, help).add(static_cast<double>(value));
    };
    count("probe_dns_answer_rrs", "Records in the answer's section of answers.",
          got.answers.size());
    count("probe_dns_authority_rrs", "Records in the answer's section of authorities.",
          got.authorities.size());
    count("probe_dns_additional_rrs", "Additional records of the answer.", got.additionals.size());
    count("probe_dns_query_succeeded", "1 if the server answered, whatever it said, else 0.",
          answer.has_value());
  }
};

DnsAnswer ask(const DnsSettings& settings, const HostPort& target, const IpAddress& address,
              DnsFound& found, ProbeContext& context) {
  const DnsQuestion question{.name = settings.name,
                             .type = settings.type,
                             .klass = settings.klass,
                             .recursionDesired = settings.recursionDesired};
  const Stopwatch whole;
  if (!settings.byTcp && !settings.isTls) {
    DnsAnswer answer = askByUdp(question, address, target.port, settings.address.source,
                                context.waiting, context.waiting.deadline());
    found.request = whole.seconds();
    return answer;
  }
  Stream stream(address, target.port, settings.address.source, context.waiting);
  if (settings.isTls) stream.startTls(settings.tls, target.host);
  found.connect = whole.seconds();
  const Stopwatch asking;
  DnsAnswer answer = askByStream(question, stream);
  found.request = asking.seconds();
  return answer;
}

}  // namespace

bool probeDns(const DnsSettings& settings, ProbeContext& context) {
  constexpr std::uint16_t kSoa = 6;
  DnsFound found;
  struct Given {
    ~Given() { found.give(out); }
    Sink& out;
    const DnsFound& found;
  } const given{context.out, found};
  const HostPort target = splitTarget(context.request.target, settings.isTls ? 853 : 53);
  const Stopwatch resolving;
  const IpAddress address = lookUp(target.host, settings.address, context);
  found.resolve = resolving.seconds();
  found.answer = ask(settings, target, address, found, context);
  const DnsAnswer& answer = *found.answer;
  const std::array sections = {&answer.answers, &answer.authorities, &answer.additionals};
  for (const auto* const section : sections) {
    for (const DnsRecord& record : *section) {
      context.bytes += record.data.size();
      context.trace([&] { return record.text(); });
    }
  }
  if (settings.type == kSoa) {
    double serial = 0;
    for (const DnsRecord& record : answer.answers) {
      if (const auto number = serialOf(record)) serial = *number;
    }
    context.out.gauge("probe_dns_serial", "The serial number of the zone.").add(serial);
  }
  const bool isValid = settings.validCodes.empty()
                           ? answer.code == 0
                           : std::find(settings.validCodes.begin(), settings.validCodes.end(),
                                       answer.code) != settings.validCodes.end();
  if (!isValid) throw ProbeFailure("the answer's code is " + std::to_string(answer.code));
  return meet(settings.answers, answer.answers) && meet(settings.authorities, answer.authorities) &&
         meet(settings.additionals, answer.additionals);
}

}  // namespace orchestrator_exporter::probes
