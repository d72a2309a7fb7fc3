import type { CalleePort } from './call';
import type { EnvValue } from './env';

/** An address as variables, with a URL where the protocol has one. */
export function addressVariables(host: string, port: CalleePort | undefined): Record<string, EnvValue> {
  if (port === undefined) return {};
  const { protocol, servicePort } = port;
  const hasUrl = protocol !== 'tcp' && protocol !== 'udp';
  return { ...(hasUrl ? { URL: `${protocol}://${host}:${servicePort}` } : {}), HOST: host, PORT: servicePort };
}

/** Variables behind the name of what they belong to: `HOST` becomes `PAYMENTS_HOST`. */
export function prefixed(prefix: string, variables: Readonly<Record<string, EnvValue | undefined>>) {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [`${prefix}_${name}`, value]));
}
