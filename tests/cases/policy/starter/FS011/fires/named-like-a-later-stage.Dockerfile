FROM alpine AS build
RUN true
FROM debian AS alpine
USER 10001
