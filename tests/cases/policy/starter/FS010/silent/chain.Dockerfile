ARG HOST=registry.example.com
ARG BASE=${HOST}/base
ARG IMAGE=${BASE}/java:21
FROM ${IMAGE}
USER 10001
