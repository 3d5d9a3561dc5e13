# Everything in one process, for those who host it themselves: docs/deploy.md, "On a server of your own".
FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
COPY runtime/package.json runtime/
RUN npm ci --omit=dev && npm cache clean --force
# What of the rest goes in is said by .dockerignore.
COPY . .
RUN chown node:node /app
USER node
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/livez').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: the process itself hears that it should stop, and ends a run cleanly.
CMD ["node", "cli/bin.js", "start", "--no-demo", "--host", "0.0.0.0", "--port", "8080"]
