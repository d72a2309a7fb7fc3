/**
 * The end of a script that has started its server beside itself, as `$server`, to do something when it is told to stop:
 * waits for it, and ends as it ended. A trap ends the first wait; those after it are for the process itself.
 */
export const asTheServer = `code=0
wait "$server" || code=$?
while kill -0 "$server" 2> /dev/null; do
  code=0
  wait "$server" || code=$?
done
exit "$code"
`;

/**
 * A shell function that prints a file of a Secret, and fails where it is missing or empty. To be assigned by itself:
 * `export X="$(secret file)"` hides the failure, and a server with an empty password lets everybody in.
 */
export const secretFunction = `secret() {
  if [ -s "$1" ]; then
    cat "$1"
    return
  fi
  echo "$1 must not be empty: set its key in the Secret" >&2
  return 1
}
`;

/**
 * A function for the start of a script: stops where one of these files of a Secret has nothing in it. An empty password
 * would open the server to everybody, and a script that only reads it would not notice.
 */
export const needed = `needed() {
  for file; do
    if [ -z "$(cat "$file")" ]; then
      echo "$file is empty: the key of its Secret must have a value" >&2
      exit 1
    fi
  done
}
`;
