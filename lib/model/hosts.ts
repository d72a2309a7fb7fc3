/** Names that mean the pod itself. */
const itself = new Set(['localhost', '127.0.0.1', '0.0.0.0', '[::1]', '::1', 'ip6-localhost']);

const forms = [
  // http://payments:8080/, redis://:password@cache/0
  /:\/\/(?:[^\s/@'"]*@)?(\[[0-9a-f:]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)/g,
  // -h payments, --host=payments
  /(?:^|\s)(?:-h|--host(?:name)?)[\s=]+["']?([A-Za-z0-9][A-Za-z0-9.-]*)/g,
  // payments:8080
  /(?:^|[\s"'=(])([a-z][a-z0-9-]*):\d{2,5}\b/g,
  // nc -z payments 8080
  /(?:^|\s)(?:nc|ncat|telnet)\s+(?:-\S+\s+)*([a-z][a-z0-9.-]*)\s+\d{2,5}\b/g,
];

/** The hosts that a command talks to, as far as its text tells; the pod itself is none. */
export function hostsIn(command: readonly string[]): string[] {
  const text = command.join(' ');
  const hosts = forms.flatMap((form) => [...text.matchAll(form)].map(([, host]) => host as string));
  return [...new Set(hosts)].filter((host) => !itself.has(host));
}

/**
 * The names of the Services that a host may stand for: `payments.shop.svc.cluster.local` is `payments`, and
 * `redis-0.redis-peers` is a pod behind `redis-peers`. None where the host is outside the namespace.
 */
export function servicesOf(host: string, namespace: string): string[] {
  const [first = '', second, third] = host.split('.');
  if (second === undefined) return [first];
  const isInside = (space: string | undefined) => space === undefined || space === namespace || space === 'svc';
  return [...(second === namespace ? [first] : []), ...(isInside(third) ? [second] : [])];
}
