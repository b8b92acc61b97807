FROM rust:1.95@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS Chef
FROM chef AS build
FROM CHEF
COPY --from=build /a /a
COPY --from=1 /b /b
USER 10001
