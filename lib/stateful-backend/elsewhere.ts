import type { Construct } from 'constructs';
import { notYetSaid, readProps } from '../checks/read-props';
import * as check from '../checks/values';
import { ExternalBackend } from '../external-backend';
import { externalPorts } from '../external-backend/ports';
import { type ExternalBackendProps, externalBackendChecks, placeProblems } from '../external-backend/props';
import { clientTls } from '../external-backend/tls';
import { environmentOf } from '../model/environment-facts';
import type { Credentials } from '../workload/credentials';
import { accountOf } from './accounts';
import { declareSource } from './backup-source';
import type { Engine } from './plan';
import type { ExternalPart, ExternalPorts } from './provider';

/** An engine that somebody else runs. Its props are checked all the same: the next environment reads them. */
export function elsewhere<Props extends object, PortName extends string>(
  engine: Engine<Props, PortName>,
  scope: Construct,
  id: string,
  given: Props,
  external: ExternalPart,
  said: readonly string[] = [],
): ExternalBackend<PortName> {
  const { props, problems } = readProps(engine.checks, given);
  const plan = engine.plan(props, { name: id, environment: environmentOf(scope) });
  const accounts = plan.accounts && !plan.accounts.shared ? 'per-user' : undefined;
  const { props: outside, problems: ofPlace } = externalPropsOf(engine, id, props, { accounts, ...external });
  const backend = new ExternalBackend<PortName>(scope, id, outside as ExternalBackendProps<PortName>);
  declareSource(backend, engine, plan, 'external');
  backend.node.addValidation({ validate: () => [...problems, ...notYetSaid(said, ofPlace)] });
  return backend;
}

/** An engine that somebody else runs, in the words of an external backend. */
function externalPropsOf<Props extends object>(
  engine: Pick<Engine<Props>, 'externalPorts' | 'accountKeys' | 'externalVariables'>,
  name: string,
  engineProps: Props,
  external: ExternalPart,
): { readonly props: ExternalBackendProps; readonly problems: readonly string[] } {
  const { ports, problems: ofPorts } = portsLike(engine.externalPorts, external.ports);
  const { props, problems } = readProps(externalBackendChecks, { ...external, ports });
  const ofPlace = placeProblems(props, external);
  const { credentials } = engineProps as { readonly credentials?: Credentials };
  const [port] = externalPorts(props.ports ?? engine.externalPorts);
  // Nothing is written while its place is wrong.
  const isSomewhere = ofPlace.length === 0 && (props.host ?? props.addresses) !== undefined;
  const place = isSomewhere ? {} : { host: 'missing.invalid', addresses: undefined, readOnly: undefined };
  const host = props.host ?? name;
  const account = props.credentials ?? credentials;
  const tls = clientTls(props.tls, props);
  const at = { name, host, port: port?.servicePort ?? 0, tls, sasl: props.sasl ?? (account && {}) };
  const variables = engine.externalVariables?.(at, engineProps);
  return {
    props: {
      ...props,
      ...place,
      ports: props.ports ?? engine.externalPorts,
      // Keys that were said for elsewhere are all that there is.
      credentials: props.sasl?.credentials
        ? undefined
        : props.credentials?.keys
          ? props.credentials
          : accountOf(account, engine.accountKeys),
      variables: { ...variables, ...props.variables },
    },
    problems: [...problems, ...ofPorts, ...ofPlace].map((problem) => problem.replace(/^'/, "'external.")),
  };
}

/** Ports under the names that they have in the cluster, so that nobody who uses them sees a difference. */
function portsLike(usual: Readonly<Record<string, number>>, given: ExternalPart['ports']) {
  const names = Object.keys(usual);
  if (check.isNumber(given) && names.length === 1) return { ports: { [names[0] as string]: given }, problems: [] };
  if (check.isNumber(given)) {
    return { ports: usual, problems: [`'ports': must be a map of ${names.join(', ')}, got ${given}`] };
  }
  if (given !== undefined && !check.isMap(given)) return { ports: given, problems: [] };
  const foreign = Object.keys(given ?? {}).filter((name) => !names.includes(name));
  return {
    ports: { ...usual, ...given } as ExternalPorts,
    problems: foreign.map(
      (name) => `'ports.${name}': must be named as in the cluster, one of ${names.join(', ')}, got "${name}"`,
    ),
  };
}
