ARG JAVA=21
FROM eclipse-temurin:${JAVA}-jdk AS builder
WORKDIR /builder
COPY target/*.jar application.jar
RUN java -Djarmode=tools -jar application.jar extract --layers --destination extracted

FROM eclipse-temurin:${JAVA}-jre
RUN groupadd --system app && useradd --system --gid app app
WORKDIR /application
COPY --from=builder --chown=app:app /builder/extracted/dependencies/ ./
COPY --from=builder --chown=app:app /builder/extracted/application/ ./
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75"
USER app:app
ENTRYPOINT ["java", "-jar", "application.jar"]
