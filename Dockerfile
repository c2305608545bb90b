# The bot alone; Redis is a container of its own (docker-compose.yml). No build step: Node runs the TypeScript
# sources as they are. Nothing in the image is writable for the user it runs as, so its root may be
# read-only; data is a volume.

# Node and the packages that a running desk needs.
FROM node:26.10.0-bookworm-slim AS packages
WORKDIR /opt/nightdesk
COPY package.json package-lock.json .npmrc ./
# The stamp tells start-bot.sh that the packages are those of the lock file. What no Node process loads is
# left out: bundles for browsers and for require(), types and maps.
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/ccxt/dist \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete \
 && cksum < package-lock.json > node_modules/.nightdesk

# Debian alone: the image of Node brings npm, yarn and their packages, which a desk never runs.
FROM debian:12.12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libatomic1 libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 10001 nightdesk \
 && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home nightdesk \
 && mkdir -p /opt/nightdesk/.runtime \
 && install -d -m 0700 -o nightdesk -g nightdesk /data /var/cache/nightdesk
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
WORKDIR /opt/nightdesk
COPY --from=packages /opt/nightdesk/node_modules node_modules
COPY package.json package-lock.json start-bot.sh ./
COPY config config
COPY scripts/bootstrap.sh scripts/warm-cache.ts scripts/
COPY src src
USER nightdesk
# The API listens on loopback unless told otherwise; in a container that is the container's own. Redis is
# given, so none is looked for.
ENV NODE_COMPILE_CACHE=/var/cache/nightdesk \
    NIGHTDESK__DATA_DIR=/data \
    NIGHTDESK__GATEWAY__HOST=0.0.0.0 \
    REDIS_URL=unix:///run/redis/redis.sock
# Compiled once, here: saves each start some seconds and each process some 12 MB.
RUN ROOT=/opt/nightdesk && . ./scripts/bootstrap.sh && bootstrap desk
VOLUME ["/data"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8000/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The coordinator stops everything within 10 s of SIGTERM.
STOPSIGNAL SIGTERM
ENTRYPOINT ["./start-bot.sh"]
