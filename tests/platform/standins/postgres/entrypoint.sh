#!/bin/sh
# What the official image does with POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, as far as these tests go.
set -eu

if [ "$(id -u)" = 0 ]; then
    chown postgres: "$PGDATA" /run/postgresql
    exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    if [ -z "${POSTGRES_PASSWORD:-}" ]; then
        echo "POSTGRES_PASSWORD is not set" >&2
        exit 1
    fi
    user=${POSTGRES_USER:-postgres}
    printf '%s' "$POSTGRES_PASSWORD" >/run/postgresql/password
    initdb -D "$PGDATA" -U "$user" --pwfile=/run/postgresql/password --auth-local=trust --auth-host=scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync
    rm /run/postgresql/password
    printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
    printf "listen_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
    pg_ctl -D "$PGDATA" -w -o "-c listen_addresses=" start
    [ "${POSTGRES_DB:-$user}" = postgres ] || createdb -U "$user" "${POSTGRES_DB:-$user}"
    pg_ctl -D "$PGDATA" -w -m fast stop
fi
exec "$@"
