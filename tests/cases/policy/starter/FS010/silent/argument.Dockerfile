ARG REGISTRY=registry.example.com
FROM ${REGISTRY}/base:1
USER 10001
