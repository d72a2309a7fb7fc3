import { needed } from '../stateful-backend/shell';

/**
 * Puts the account of the Secret into the config, in memory, and becomes the proxy. Not by the script of the image, which
 * writes beside its programs and takes all memory of the node for its own.
 */
export const startScript = (port: number): string => `#!/bin/sh
set -eu
umask 077
${needed}# As YAML has it between single quotes, and then as sed takes it.
text() { sed -e "s/'/''/g" -e 's/[\\\\&|]/\\\\&/g' "/run/accounts/$1"; }
needed /run/accounts/username /run/accounts/password
# Not as arguments, which the whole node can read.
printf 's|{{username}}|%s|g\\ns|{{password}}|%s|g\\n' "$(text username)" "$(text password)" > /run/proxy/account.sed
for file in global.yaml database-sharded.yaml; do
  sed -f /run/proxy/account.sed "/etc/proxy/$file" > "/run/proxy/$file"
done
rm /run/proxy/account.sed
home=/opt/shardingsphere-proxy
exec java -XX:MaxRAMPercentage=65 -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true -Dio.netty.leakDetection.level=DISABLED \\
  -classpath "$home/conf:$home/lib/*:$home/ext-lib/*" org.apache.shardingsphere.proxy.Bootstrap ${port} /run/proxy 0.0.0.0 false
`;

/** Whether the proxy signs its users in and knows their database. No shard is asked: one that is away is no reason. */
export const readyScript = (ask: string): string => `#!/bin/sh
${ask}
`;

/** Whether the process greets as the engine would, which is more than that somebody listens. */
export const greetsScript = (port: number, greets: string): string => `#!/bin/bash
exec 3<> /dev/tcp/127.0.0.1/${port} || exit 1
${greets}
`;
