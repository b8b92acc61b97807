FROM alpine:3.22@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS certificates-amd64
FROM arm64v8/alpine:3.22@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS certificates-arm64
FROM certificates-${TARGETARCH} AS certificates
RUN apk add --no-cache ca-certificates

FROM scratch
COPY --from=certificates /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY dist/app-${TARGETARCH} /app
USER 65532:65532
ENTRYPOINT ["/app"]
