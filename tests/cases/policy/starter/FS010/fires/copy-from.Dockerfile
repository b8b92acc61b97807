FROM scratch
COPY --from=quay.io/acme/tool:1 /tool /tool
USER 10001
