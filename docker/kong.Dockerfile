# Kong with the plugins' dumps, which its query_cmd prints: no Node is needed beside Kong itself.
# Build from the repository's root: docker build -f docker/kong.Dockerfile -t kong-with-ai .
ARG KONG_IMAGE=kong:3.9
FROM ${KONG_IMAGE}
COPY kong/conf/plugins/*.json /usr/share/kong-ai/plugins/
USER root
# As in the plugin server's image: the volume of the socket is open to both containers' users.
RUN install -d -m 1777 /run/kong-ai
USER kong
