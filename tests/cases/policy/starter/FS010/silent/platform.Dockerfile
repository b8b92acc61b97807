FROM --platform=$BUILDPLATFORM golang:1.26 AS build
FROM gcr.io/distroless/static:nonroot
COPY --from=build /a /a
