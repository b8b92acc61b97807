FROM ubuntu:24.04@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ADD https://github.com/krallin/tini/releases/download/v0.19.0/tini /tini
ADD --checksum=sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 https://dl.k8s.io/release/v1.34.0/bin/linux/amd64/kubectl /usr/local/bin/
COPY --from=ghcr.io/astral-sh/uv:latest /uv /uvx /bin/
RUN <<SCRIPT
set -eux
apt-get update
apt-get install -y --no-install-recommends jq
USER=nobody
SCRIPT
ENV DEBIAN_FRONTEND=noninteractive \
    GITHUB_TOKEN_FILE=/run/secrets/github \
    ADMIN_PASSWORD=changeme
USER nobody
ENTRYPOINT ["/tini", "--"]
