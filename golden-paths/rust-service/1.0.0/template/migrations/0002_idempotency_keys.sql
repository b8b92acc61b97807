CREATE TABLE idempotency_keys (
    operation text NOT NULL,
    key text NOT NULL,
    -- A digest, so that what callers send is not kept here.
    request bytea NOT NULL,
    answer text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (operation, key)
);

CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
