FROM localhost:5000/base:1
USER 10001
