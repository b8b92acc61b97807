FROM python:3.14.1-slim-trixie
USER 10001
