#!/bin/sh
# Makes the database and its two roles: the owner changes tables, the app role only reads and
# writes rows, so that whoever serves cannot remove the triggers that guard the log.
set -eu

: "${READINESS_DATABASE:?}" "${OWNER_ROLE:?}" "${APP_ROLE:?}"

psql --set ON_ERROR_STOP=1 --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set database="$READINESS_DATABASE" \
    --set owner="$OWNER_ROLE" --set owner_password="${OWNER_PASSWORD:-}" \
    --set app="$APP_ROLE" --set app_password="${APP_PASSWORD:-}" <<'SQL'
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"app" LOGIN PASSWORD :'app_password';
CREATE DATABASE :"database" OWNER :"owner";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"app";
\connect :"database"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO :"owner";
GRANT USAGE ON SCHEMA public TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO :"app";
SQL
