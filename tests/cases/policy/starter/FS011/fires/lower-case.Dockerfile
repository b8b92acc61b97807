from ubuntu:24.04 as base
USER 10001
