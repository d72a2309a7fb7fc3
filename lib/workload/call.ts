import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { type Checks, readProps } from '../checks/read-props';
import * as check from '../checks/values';
import { type Duration, seconds } from '../kubernetes/duration';
import type { CallRecord, PortRecord } from '../model/system';
import type { ClientTls } from './backend-tls';
import { usualPort } from './ports';

/** How one service depends on another. */
export interface CallOptions<PortName extends string = string> {
  /** Which port of the callee. @defaultValue its only port, or the one named `http` */
  readonly port?: PortName;
  /** How long the caller waits for an answer, retries included. @defaultValue not said, and then no rule speaks of it */
  readonly timeout?: Duration;
  /** Further attempts after the first. @defaultValue 0 */
  readonly retries?: number;
  /** How long one attempt may take. @defaultValue the timeout divided by the attempts, so that each can happen */
  readonly perTryTimeout?: Duration;
  /** The wait before each retry. @defaultValue 25ms */
  readonly retryBackoff?: Duration;
  /** Whether doing it twice is the same as doing it once. Only such calls may be retried. @defaultValue false */
  readonly idempotent?: boolean;
  /** Whether the caller has an answer without it. @defaultValue false */
  readonly optional?: boolean;
  /** Whether the caller waits for the answer before it answers itself. @defaultValue true */
  readonly synchronous?: boolean;
  /** Calls with the same text are made at the same time; the others one after another. @defaultValue none */
  readonly parallel?: string;
  /** The prefix of the variables with the address: `PAYMENTS` gives `PAYMENTS_URL`. @defaultValue the callee's name */
  readonly env?: string;
}

/** What can be called: a service, a backend, something outside. */
export interface Callee<PortName extends string = string> {
  readonly name: string;
  /** Its construct path. */
  readonly path: string;
  readonly environmentName: string;
  /** The DNS name that its callers use. */
  readonly host: string;
  /** The name that resolves to the addresses of its pods, for clients that balance by themselves. */
  readonly podsHost?: string | undefined;
  readonly ports: Readonly<Record<PortName, CalleePort>>;
  /** Where packets to it really go, for the caller's policy. */
  readonly peers: readonly NetworkPolicyPeer[];
  /** Tells the callee that it is called. */
  acceptCall(call: CallRecord, caller: { readonly name: string }): void;
}

export interface CalleePort extends PortRecord {
  /** The number that callers use; the process itself may listen on another. */
  readonly servicePort: number;
  /** How the server is verified, where its protocol does not say that connections are encrypted. */
  readonly tls?: ClientTls | false | undefined;
}

export const callChecks: Checks<CallOptions> = {
  port: check.optional(check.nonEmptyText),
  timeout: check.optional(check.positiveDuration),
  retries: check.optional(check.integer(0, 100)),
  perTryTimeout: check.optional(check.positiveDuration),
  retryBackoff: check.optional(check.duration),
  idempotent: check.optional(check.boolean),
  optional: check.optional(check.boolean),
  synchronous: check.optional(check.boolean),
  parallel: check.optional(check.nonEmptyText),
  env: check.optional(check.environmentVariable),
};

/** A call with everything decided, and what was wrong with what was said. */
export interface ResolvedCall {
  readonly record: CallRecord;
  readonly port: CalleePort;
  readonly env: string | undefined;
}

/** Reads the options of a call; without a port that exists there is no call. */
export function resolveCall(
  caller: { readonly path: string; readonly environmentName: string },
  callee: Callee,
  options: CallOptions,
): { readonly call: ResolvedCall | undefined; readonly problems: readonly string[] } {
  const { props, problems } = readProps(callChecks, options);
  const where = `calls(${callee.name})`;
  const found = problems.map((problem) => `${where} ${problem}`);
  const names = Object.keys(callee.ports);
  const wanted = props.port ?? usualPort(names);
  const port = Object.entries(callee.ports).find(([name]) => name === wanted)?.[1];
  if (callee.environmentName !== caller.environmentName) {
    found.push(
      `${where}: must stay in its environment ${caller.environmentName}, but the callee is in ${callee.environmentName}; an ExternalBackend reaches further`,
    );
  }
  if (callee.path === caller.path) found.push(`${where}: must not be the caller itself`);
  if (port === undefined) {
    if (props.port === undefined && 'acceptUse' in callee) {
      const name = caller.path.slice(caller.path.lastIndexOf('/') + 1);
      found.push(`${where}: a backend is used, not called: ${name}.uses(${callee.name})`);
      return { call: undefined, problems: found };
    }
    const offered = names.length === 0 ? 'left out, and the call too: it has no port' : `one of ${names.join(', ')}`;
    found.push(`${where} 'port': must be ${offered}, got ${props.port === undefined ? 'nothing' : `"${props.port}"`}`);
    return { call: undefined, problems: found };
  }
  const { retries = 0, retryBackoff = '25ms', idempotent = false, optional = false, synchronous = true } = props;
  const timeoutSeconds = props.timeout && seconds(props.timeout);
  const perTry = props.perTryTimeout && seconds(props.perTryTimeout);
  const record: CallRecord = {
    from: caller.path,
    to: callee.path,
    environment: caller.environmentName,
    port: port.name,
    timeoutSeconds,
    perTrySeconds: perTry ?? (timeoutSeconds === undefined ? undefined : timeoutSeconds / (1 + retries)),
    retries,
    backoffSeconds: seconds(retryBackoff),
    idempotent,
    optional,
    synchronous,
    parallel: props.parallel,
  };
  return { call: { record, port, env: props.env }, problems: found };
}
