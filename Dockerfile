# One image for every process; docker-compose.yml says which one a container runs.
# The first stage compiles and throws away what only development needs; the second has no compiler, no tests and no tsx.
FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev
# Type declarations, source maps and manuals of packages are never read at run time.
RUN find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) -delete
# Nor is what packages hold a second and a third time, for other loaders than Node's.
RUN find node_modules/@opentelemetry -type d \( -path '*/build/esm' -o -path '*/build/esnext' \) -prune -exec rm -rf {} + \
  && rm -rf node_modules/stripe/cjs

FROM node:24.21.0-slim
WORKDIR /app
ENV NODE_ENV=production APOLLO_TELEMETRY_DISABLED=true
# V8 starts four threads that help to collect garbage, however few processors there are. On one or two they take the
# time of the event loop: it waits for a processor while they run.
ENV NODE_OPTIONS=--v8-pool-size=1
# In a container everything listens on all of its addresses.
ENV HOST=0.0.0.0
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist ./
# A number, so that Kubernetes can see that it is not root's.
USER 1000:1000
# The gateway serves the pages at `/`.
ENV WEB_DIR=/app/web
CMD ["node", "gateway/main.js"]
