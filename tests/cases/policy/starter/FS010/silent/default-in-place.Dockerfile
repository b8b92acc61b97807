ARG REGISTRY
FROM ${REGISTRY:-registry.example.com}/base:1
USER 10001
