# The program: `serve` (backend), `work` (sqs-worker), `migrate` (Job), and whatever else `comptoir --help` names.
#   docker build -f deploy/docker/backend.Dockerfile -t backend .
# For amd64 and arm64 alike: each is built on a machine of its kind, for emulating one takes hours.
#checkov:skip=CKV_DOCKER_7:each base has its tag, in the ARG below, where the check does not look
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG RUST_IMAGE=docker.io/library/rust:1.95-bookworm
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot

# The web application that the program carries.
FROM ${NODE_IMAGE} AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
# `install` and not `ci`, as in scripts/tools.py.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
COPY docs/events ../docs/events
COPY web .
RUN npm run --silent build

FROM ${RUST_IMAGE} AS rust
# cargo-chef builds what we depend on in a layer of its own; cargo-auditable writes into the program what it was made of, for
# scanners and lists of materials.
RUN cargo install --locked cargo-chef@0.1.78 cargo-auditable@0.7.7
WORKDIR /src

FROM rust AS plan
COPY . .
RUN cargo chef prepare --recipe-path /recipe.json

FROM rust AS build
# Cargo.toml says what `image` is; `release` is built in half the time, and a third larger.
ARG PROFILE=image
COPY --from=plan /recipe.json /recipe.json
RUN cargo chef cook --profile ${PROFILE} --package comptoir --recipe-path /recipe.json
COPY . .
COPY --from=web /src/web/dist web/dist
RUN cargo auditable build --locked --profile ${PROFILE} --package comptoir \
    && mkdir -p /out/data \
    && chmod 1777 /out/data \
    && cp target/${PROFILE}/comptoir /out/

FROM ${BASE_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Comptoir" \
      org.opencontainers.image.description="The order desk: API, worker and commands" \
      org.opencontainers.image.licenses="AGPL-3.0-only" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The program, and the one folder that it writes to: uploads on their way. Everything else may be read-only. The folder is open
# to all, because a tmpfs in its place belongs to root and takes its mode.
COPY --from=build /out/ /
ENV COMPTOIR_DATA_FOLDER=/data \
    COMPTOIR_HTTP_LISTEN=0.0.0.0:8080 \
    COMPTOIR_HTTP_HEALTH_LISTEN=0.0.0.0:8081 \
    COMPTOIR_LOG_FORMAT=json
USER 65532:65532
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["/comptoir", "healthcheck"]
ENTRYPOINT ["/comptoir"]
CMD ["serve"]
