import type { CalleePort } from './call';
import type { EnvValue } from './env';

/**
 * An address as variables, with a URL where the protocol has one. Clients of gRPC have no URL but a target, which names
 * the pods themselves: one connection carries all calls, so a client that sees one address never leaves its first pod.
 *
 * @param podsHost - the name that resolves to the addresses of the pods, where there is one
 * @see https://grpc.io/docs/guides/custom-name-resolution/
 */
export function addressVariables(
  host: string,
  port: CalleePort | undefined,
  podsHost?: string,
): Record<string, EnvValue> {
  if (port === undefined) return {};
  const { protocol, servicePort } = port;
  if (protocol === 'grpc') {
    // Nothing translates the port between a client and the address of a pod.
    const target = podsHost === undefined ? `${host}:${servicePort}` : `${podsHost}:${port.port}`;
    return { TARGET: `dns:///${target}`, HOST: host, PORT: servicePort };
  }
  const hasUrl = protocol !== 'tcp' && protocol !== 'udp';
  return { ...(hasUrl ? { URL: `${protocol}://${host}:${servicePort}` } : {}), HOST: host, PORT: servicePort };
}

/** Variables behind the name of what they belong to: `HOST` becomes `PAYMENTS_HOST`. */
export function prefixed(prefix: string, variables: Readonly<Record<string, EnvValue | undefined>>) {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [`${prefix}_${name}`, value]));
}
