FROM golang:1.26@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS Build
RUN go build
FROM build AS test
RUN go test
FROM scratch
COPY --from=build /app /app
COPY --from=0 /etc/passwd /etc/passwd
USER 10001
