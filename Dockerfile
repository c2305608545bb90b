# The bot alone; Redis is a second container (docker-compose.yml). No build step: Node runs the
# TypeScript sources as they are.
FROM node:26-bookworm-slim

WORKDIR /opt/nightdesk
COPY package.json package-lock.json .npmrc ./
RUN npm install --ignore-scripts --omit=dev --no-audit --no-fund \
 && cksum < package-lock.json > node_modules/.nightdesk
COPY . .
RUN useradd --system --home /opt/nightdesk nightdesk \
 && mkdir -p data logs .runtime \
 && chown -R nightdesk data logs .runtime
USER nightdesk
VOLUME ["/opt/nightdesk/data", "/opt/nightdesk/logs"]
# The API listens on loopback unless told otherwise; in a container that is the container's own.
ENV NIGHTDESK__GATEWAY__HOST=0.0.0.0
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8000/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The coordinator stops everything within 10 s of SIGTERM.
STOPSIGNAL SIGTERM
ENTRYPOINT ["./start-bot.sh"]
