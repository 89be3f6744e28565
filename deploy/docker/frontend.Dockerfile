# The web application behind nginx, which hands /api to the backend.
#   docker build -f deploy/docker/frontend.Dockerfile -t frontend .
#checkov:skip=CKV_DOCKER_7:each base has its tag, in the ARG below, where the check does not look
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG NGINX_IMAGE=docker.io/nginxinc/nginx-unprivileged:1.29-alpine-slim

# The context is the whole repository: the desk's editor knows the events by docs/events.
FROM ${NODE_IMAGE} AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
# `install` and not `ci`, as in scripts/tools.py.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
COPY docs/events ../docs/events
COPY web .
RUN npm run --silent build

FROM ${NGINX_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Comptoir's web application" \
      org.opencontainers.image.description="nginx with the order desk's pages; /api goes to the backend" \
      org.opencontainers.image.licenses="AGPL-3.0-only" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY deploy/docker/nginx/nginx.conf /etc/nginx/nginx.conf
COPY deploy/docker/nginx/templates /etc/nginx/templates
COPY --chmod=0755 deploy/docker/nginx/start /start
COPY --from=web /src/web/dist /usr/share/nginx/html
# Where it listens, and whom /api is handed to. Only /tmp is written to.
ENV LISTEN=8080 \
    BACKEND=backend-service:80 \
    ROOT=/usr/share/nginx/html
USER 101
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["/start"]
