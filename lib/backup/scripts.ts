/**
 * What stores and fetches dumps: the `sh` of the rclone image, which is busybox. A directory and a bucket are the same
 * to rclone, so there is one script for both.
 *
 * A backup is `<moment>/dump` and beside it `SHA256SUMS`, which is written when the dump was stored and read back. What
 * has no such file is none, however much of it is there.
 */
const signIn = `#!/bin/sh
set -eu
if [ -d /run/destination ]; then
  AWS_ACCESS_KEY_ID=$(cat /run/destination/accessKeyId)
  AWS_SECRET_ACCESS_KEY=$(cat /run/destination/secretAccessKey)
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
fi
if [ -d /run/encryption ]; then
  if [ ! -s /run/encryption/password ]; then
    echo 'the password of the encryption is empty' >&2
    exit 1
  fi
  RCLONE_CONFIG_SAFE_PASSWORD=$(rclone obscure - < /run/encryption/password)
  export RCLONE_CONFIG_SAFE_PASSWORD
fi
# All backups, the newest first.
list() {
  rclone lsf --recursive --files-only --include '/*/SHA256SUMS' "$TARGET" > /tmp/files
  sed -n 's,^\\([0-9]\\{8\\}T[0-9]\\{6\\}Z\\)/SHA256SUMS$,\\1,p' /tmp/files | sort -r
}`;

/** Nothing is deleted before the new backup was read back; and the newest is never deleted. */
export const storeScript = `${signIn}
moment() { date -u -d "@$1" +%Y%m%dT%H%M%SZ; }
if [ ! -s /backup/dump ]; then
  echo 'the dump is empty' >&2
  exit 1
fi
# When the dump was finished.
name=$(date -u -r /backup/dump +%Y%m%dT%H%M%SZ)
sum=$(sha256sum /backup/dump | cut -d ' ' -f 1)
echo "storing $(wc -c < /backup/dump) bytes as $name"
rclone mkdir "$TARGET"
rclone copyto /backup/dump "$TARGET/$name/dump"
if [ "$(rclone cat "$TARGET/$name/dump" | sha256sum | cut -d ' ' -f 1)" != "$sum" ]; then
  echo 'what was stored is not what was written out' >&2
  exit 1
fi
echo "$sum  dump" | rclone rcat "$TARGET/$name/SHA256SUMS"
now=$(date +%s)
list > /tmp/backups
grep -qx "$name" /tmp/backups
if [ "$KEEP_LAST" = all ]; then
  echo 'backups, which a rule of the bucket deletes:'
  list
  exit 0
fi
oldest=''
if [ "$KEEP_DAYS" -gt 0 ]; then oldest=$(moment $((now - KEEP_DAYS * 86400))); fi
awk -v name="$name" -v last="$KEEP_LAST" -v oldest="$oldest" \\
  'NR > 1 && NR > last && $0 != name && (oldest == "" || $0 < oldest)' /tmp/backups > /tmp/old
while read -r old; do
  echo "deleting $old"
  rclone deletefile "$TARGET/$old/SHA256SUMS"
  rclone purge "$TARGET/$old"
done < /tmp/old
# What an earlier run left unfinished; one that may still be at work is let alone.
rclone lsf --dirs-only "$TARGET" | sed -n 's,^\\([0-9]\\{8\\}T[0-9]\\{6\\}Z\\)/$,\\1,p' > /tmp/all
awk -v limit="$(moment $((now - 2 * DEADLINE)))" 'NR == FNR { kept[$0] = 1; next } !($0 in kept) && $0 < limit' \\
  /tmp/backups /tmp/all > /tmp/unfinished
while read -r unfinished; do
  echo "deleting $unfinished, which was never finished"
  rclone purge "$TARGET/$unfinished"
done < /tmp/unfinished
echo 'backups:'
list
`;

/** Brings the wanted backup to /backup/dump, whole or not at all. */
export const fetchScript = `${signIn}
list > /tmp/backups
if [ "$BACKUP" = latest ]; then name=$(head -n 1 /tmp/backups); else name=$BACKUP; fi
if [ -z "$name" ] || ! grep -qx "$name" /tmp/backups; then
  echo "there is no backup \${name:-at all}; there are:" >&2
  cat /tmp/backups >&2
  exit 1
fi
echo "fetching $name"
rclone copyto "$TARGET/$name/dump" /backup/dump
rclone copyto "$TARGET/$name/SHA256SUMS" /backup/SHA256SUMS
cd /backup
sha256sum -c SHA256SUMS
`;

/** Moves what a member has aside, so that its place is free; a member that runs is let alone. What was moved stays. */
export const makeRoomScript = `#!/bin/sh
set -eu
answer=$(rclone lsf --retries 1 --low-level-retries 1 --contimeout 5s --timeout 5s --http-url "http://$MEMBER:$PORT/" :http: 2>&1) || true
# Only from one that is off: it has no name any more, or nobody listens there. Whatever else is said, it may run.
case $answer in
  *'no such host'* | *'connection refused'*) ;;
  *)
    echo "$answer" >&2
    echo "$MEMBER still runs: scale its StatefulSet to 0 first" >&2
    exit 1
    ;;
esac
if [ -e "$DATA" ]; then mv "$DATA" "$DATA-until-$(date -u +%Y%m%dT%H%M%SZ)"; fi
`;
