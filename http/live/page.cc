#include "http/live/page.h"

#include <array>
#include <utility>

#include "http/live/assets.h"
#include "http/pages/html.h"
#include "http/server/compression.h"

namespace orchestrator_exporter::http::live {
namespace {

// Nothing from elsewhere, nothing inline, no frames: what runs is what the program brought.
constexpr char kContentSecurityPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Fields fields(std::string_view cacheControl) {
  return {{"Content-Security-Policy", kContentSecurityPolicy},
          {"Referrer-Policy", "no-referrer"},
          {"Cache-Control", std::string(cacheControl)},
          {"Vary", "Accept-Encoding"}};
}

std::string typeOf(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, const char*>, 3> kTypes = {
      {{".js", "text/javascript; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".json", "application/json"}}};
  for (const auto& [ending, type] : kTypes) {
    if (name.ends_with(ending)) return type;
  }
  return "text/plain; charset=utf-8";
}

Endpoint fileEndpoint(const Asset& asset) {
  return [asset](const Request& request) {
    Response response;
    response.contentType = typeOf(asset.name);
    response.headers = fields("public, max-age=31536000, immutable");
    if (acceptsGzip(request.headerList("Accept-Encoding"))) {
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.parts = {asset.packed};
    } else {
      response.body = assetText(asset.name);
    }
    return response;
  };
}

void replace(std::string& text, std::string_view mark, const std::string& value) {
  for (auto at = text.find(mark); at != std::string::npos;
       at = text.find(mark, at + value.size())) {
    text.replace(at, mark.size(), value);
  }
}

// The same for the life of the process, so that its entity tag is too.
Endpoint pageEndpoint(const PageFacts& facts) {
  std::string text = assetText("index.html");
  replace(text, "{{assets}}", "live/" + std::string(assetsTag()));
  replace(text, "{{host}}", escapeHtml(facts.hostName));
  replace(text, "{{metrics}}", escapeHtml(facts.metricsPath));
  const std::string tag = "W/\"" + std::string(assetsTag()) + "\"";
  return [text, tag](const Request& request) {
    Response response;
    response.contentType = "text/html; charset=utf-8";
    response.headers = fields("no-cache");
    response.headers.emplace_back("ETag", tag);
    if (request.header("If-None-Match") == tag) {
      response.status = 304;
      return response;
    }
    response.body = text;
    response.compressible = true;
    return response;
  };
}

}  // namespace

void addPage(Router& router, const PageFacts& facts) {
  router.add("GET", "/", pageEndpoint(facts));
  const std::string folder = "/live/" + std::string(assetsTag()) + "/";
  for (const Asset& asset : assets()) {
    if (asset.name != "index.html") {
      router.add("GET", folder + std::string(asset.name), fileEndpoint(asset));
    }
  }
}

}  // namespace orchestrator_exporter::http::live
