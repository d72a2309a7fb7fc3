import type { PortProtocol } from '../model/system';
import type { CalleePort } from '../workload/call';
import type { ExternalPortProps } from './props';
import type { ExternalTls } from './tls';

export type ExternalPort = CalleePort;

const protocols: readonly string[] = ['http', 'https', 'grpc', 'tcp', 'udp'] satisfies PortProtocol[];

/** One number is the port `tcp`; a port whose name is a protocol speaks it. */
export function externalPorts(
  given: number | Readonly<Record<string, number | ExternalPortProps>>,
  tlsOf: (own: ExternalTls | undefined) => ExternalPort['tls'] = () => undefined,
): ExternalPort[] {
  const table = typeof given === 'number' ? { tcp: given } : given;
  return Object.entries(table).map(([name, entry]) => {
    const props: ExternalPortProps = typeof entry === 'number' ? { port: entry } : entry;
    const { port, servicePort = port } = props;
    const protocol = props.protocol ?? (protocols.includes(name) ? (name as PortProtocol) : 'tcp');
    return { name, port, servicePort, protocol, tls: tlsOf(props.tls) };
  });
}
