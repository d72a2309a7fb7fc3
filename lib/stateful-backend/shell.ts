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
