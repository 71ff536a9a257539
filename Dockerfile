# One image for every process; docker-compose.yml says which one a container runs.
FROM node:20-slim
WORKDIR /app
ENV NODE_ENV=production MONGOMS_DISABLE_POSTINSTALL=1
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY . .
USER node
# In a container everything listens on all of its addresses.
ENV HOST=0.0.0.0
CMD ["node", "--import", "tsx", "gateway/main.ts"]
