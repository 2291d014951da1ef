# The exporter, what it loads and nothing else. Build: docker build -t orchestrator_exporter .
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

COPY packaging/image packaging/image
RUN packaging/image/build-curl && packaging/image/collect-files build/release/orchestrator_exporter /image
COPY dashboards/exporter /image/etc/orchestrator_exporter
# A library that is missing there is an error of the build, not of the first start.
RUN chroot /image /usr/bin/orchestrator_exporter --version

FROM scratch
LABEL org.opencontainers.image.title="orchestrator_exporter" \
      org.opencontainers.image.description="Prometheus exporter for a Linux host and the AI-agent orchestrators on it" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image/ /
USER 65534:65534
EXPOSE 10190
HEALTHCHECK --interval=30s --timeout=6s --start-period=5s --retries=3 \
    CMD ["/usr/bin/orchestrator_exporter", "--check", "http://127.0.0.1:10190/-/healthy"]
ENTRYPOINT ["/usr/bin/orchestrator_exporter"]
