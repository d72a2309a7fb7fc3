import type { Construct } from 'constructs';
import { readProps } from '../checks/read-props';
import { ExternalBackend } from '../external-backend';
import type { ExternalBackendProps } from '../external-backend/props';
import type { Credentials } from '../workload/credentials';
import { accountOf } from './accounts';
import type { Engine } from './plan';
import type { ByProvider } from './provider';

/** An engine that somebody else runs. Its props are checked all the same: the next environment reads them. */
export function elsewhere<Props extends object, PortName extends string>(
  engine: Engine<Props, PortName>,
  scope: Construct,
  id: string,
  given: Props,
  external: NonNullable<ByProvider['external']>,
): ExternalBackend<PortName> {
  const { props, problems } = readProps(engine.checks, given);
  const { credentials } = props as { readonly credentials?: Credentials };
  const backend = new ExternalBackend<PortName>(scope, id, {
    ports: engine.externalPorts,
    ...external,
    credentials: accountOf(external.credentials ?? credentials, engine.accountKeys),
    variables: { ...engine.externalVariables?.(id, props), ...external.variables },
  } as ExternalBackendProps<PortName>);
  backend.node.addValidation({ validate: () => [...problems] });
  return backend;
}
