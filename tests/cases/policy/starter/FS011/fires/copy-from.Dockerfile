FROM scratch
COPY --from=ghcr.io/astral-sh/uv:0.12 /uv /uv
USER 10001
