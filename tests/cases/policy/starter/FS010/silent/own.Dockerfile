FROM registry.example.com/base/java:21
USER 10001
