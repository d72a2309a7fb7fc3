/**
 * Shell functions that print the settings of a client of Kafka. `properties <protocol> <mechanism> <file of the name>
 * <file of the password> <file of the CA>`; a file that is not there is an empty word. A password is quoted for JAAS, and
 * once more for the file.
 */
export const properties = String.raw`quoted() { sed 's/[\\"]/\\&/g; s/\\/\\\\/g'; }
properties() {
  echo "security.protocol=$1"
  case $1 in SASL_*)
    module=scram.ScramLoginModule
    [ "$2" != PLAIN ] || module=plain.PlainLoginModule
    echo "sasl.mechanism=$2"
    printf 'sasl.jaas.config=org.apache.kafka.common.security.%s required username="%s" password="%s";\n' \
      "$module" "$(quoted < "$3")" "$(quoted < "$4")"
  esac
  if [ -n "$5" ]; then
    echo ssl.truststore.type=PEM
    echo "ssl.truststore.location=$5"
  fi
}
`;

/** What every start of a tool needs: little memory, and no compiler that warms up. */
export const toolVariables = {
  KAFKA_HEAP_OPTS: '-Xmx128m',
  KAFKA_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
  KAFKA_GC_LOG_OPTS: ' ',
  LOG_DIR: '/tmp',
} as const;

/** Ends at once when the pod is deleted: a shell hears signals only between commands. */
export const patience = `trap 'exit 143' TERM INT
pause() { sleep 5 & wait $!; }
`;
