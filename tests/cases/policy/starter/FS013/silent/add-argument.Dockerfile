FROM alpine@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0
ARG JAR=target/app.jar
ARG V
ADD $JAR /app.jar
ADD rootfs-${V}.tar.gz /
USER 10001
