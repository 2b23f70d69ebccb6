# One image for the API, the workers and, with another command, the emulators.
FROM node:20.20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node src/setup/prepare.mjs && npm prune --omit=dev --no-audit --no-fund

FROM node:20.20-bookworm-slim
ENV NODE_ENV=production KEYFERRY_HOST=0.0.0.0 KEYFERRY_PORT=7300 KEYFERRY_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma/migrations ./prisma/migrations
COPY --from=build /app/dist ./dist
RUN install -d -o node -g node -m 700 /data && chmod 755 dist/src/cli/main.js && ln -s /app/dist/src/cli/main.js /usr/local/bin/keyferry
USER node
VOLUME /data
EXPOSE 7300
CMD ["node", "dist/src/main.js"]
