ARG SLIM=1
FROM registry.example.com/base:1${SLIM:+-slim}
USER 10001
