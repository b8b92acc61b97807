CREATE TABLE greetings (
    name text PRIMARY KEY,
    times bigint NOT NULL DEFAULT 1
);
