# The exporter in an image of Debian slim. Build: docker build -t orchestrator_exporter .
# To watch the host it runs on it needs the mounts and flags of docker-compose.yml.
ARG DEBIAN=docker.io/library/debian:bookworm-20250811-slim

FROM ${DEBIAN} AS build
WORKDIR /source
COPY scripts/install-dependencies scripts/fetch-civetweb scripts/fetch-web-assets scripts/build scripts/
RUN scripts/install-dependencies build && scripts/fetch-civetweb build/_deps/civetweb \
    && scripts/fetch-web-assets build/_deps/web
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY bench bench
COPY examples examples
COPY metrics metrics
COPY http http
COPY exporter exporter
RUN scripts/build release orchestrator_exporter && strip build/release/orchestrator_exporter

FROM ${DEBIAN}
LABEL org.opencontainers.image.title="orchestrator_exporter" \
      org.opencontainers.image.description="Prometheus exporter for a Linux host and the AI-agent orchestrators on it"
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
       ca-certificates libcrypt1 libcurl4 libisal2 libmnl0 libnghttp2-14 libprometheus-cpp-core1.0 libsimdjson14 \
       libspdlog1.10 libsqlite3-0 \
       libssl3 libsystemd0 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/build/release/orchestrator_exporter /usr/bin/
# A library that the list above lacks is an error of the build, not of the first start.
RUN ["/usr/bin/orchestrator_exporter", "--version"]
COPY dashboards/exporter /etc/orchestrator_exporter
USER 65534:65534
EXPOSE 10190
# The slim image has no client for HTTP; bash opens the connection itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/10190 && printf 'GET /-/healthy HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3"]
ENTRYPOINT ["/usr/bin/orchestrator_exporter"]
