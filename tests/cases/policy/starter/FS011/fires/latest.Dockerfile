FROM node:latest
USER 10001
