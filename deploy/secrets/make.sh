#!/bin/sh
# Makes the secrets that are not there yet, in the folder of this script. Keep a copy of secret_key elsewhere: without it, everybody has
# to reset his PIN or passphrase. The folder is its owner's alone; the files can be read by all, because each container reads its own as
# a user of its own.
set -eu
cd "$(dirname "$0")"
chmod 700 .

# Letters and digits only, so that it can stand in a URL.
random() {
    openssl rand -hex 32
}

for name in secret_key postgres_password redis_password grafana_password; do
    [ -e "$name" ] || random > "$name"
done
[ -e database_url ] || printf 'postgres://ofektom:%s@postgres:5432/ofektom\n' "$(cat postgres_password)" > database_url
if ! [ -e privkey.pem ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout privkey.pem -out fullchain.pem 2> /dev/null
fi
chmod 444 secret_key postgres_password redis_password grafana_password database_url privkey.pem fullchain.pem
