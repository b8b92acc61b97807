FROM gcr.io/distroless/static@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS build
FROM gcr.io/distroless/static@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0
RUN --mount=type=cache,target=/c --mount=type=bind,from=build,source=/a,target=/a --mount=from=0,target=/b cp /a /c
USER 10001
