ARG A=registry.example.com
ARG B
FROM ${B:-${A}}/base:1
USER 10001
