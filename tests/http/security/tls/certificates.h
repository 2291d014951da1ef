#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>

namespace orchestrator_exporter::test {

// A certificate and its key, in PEM.
struct Issued {
  std::string certificate;
  std::string key;
};

// Issues certificates with keys of its own, on the curve P-256 and for a day from yesterday to
// tomorrow.
class Authority {
 public:
  explicit Authority(const std::string& name);

  // Of the authority itself.
  std::string certificate() const { return own_.certificate; }

  // `names` as openssl has them: "DNS:localhost,IP:127.0.0.1"; none if it is empty.
  Issued issue(const std::string& commonName, const std::string& names = "") const;
  Issued issueExpired(const std::string& commonName) const;

 private:
  struct Parts;

  Issued own_;
  std::shared_ptr<const Parts> parts_;
};

// The key as it looks when it is encrypted by a password.
std::string encrypted(const std::string& key);

}  // namespace orchestrator_exporter::test
