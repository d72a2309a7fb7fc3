import * as check from '../checks/values';
import type { ClientTls } from '../workload/backend-tls';
import { type Credentials, credentialsCheck } from '../workload/credentials';

/** How clients sign in to a Kafka. */
export interface SaslProps {
  /**
   * What the server asks for. `OAUTHBEARER` and `AWS_MSK_IAM` sign in with the identity of the workload and need no
   * credentials.
   * @defaultValue SCRAM-SHA-512, by which no password crosses the network
   * @see https://kafka.apache.org/documentation/#security_sasl
   */
  readonly mechanism?: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER' | 'AWS_MSK_IAM';
  /** The Secret with the account. @defaultValue the `credentials` of the backend */
  readonly credentials?: Credentials;
}

export const saslCheck = check.fields({
  mechanism: check.optional(check.oneOf('PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER', 'AWS_MSK_IAM')),
  credentials: check.optional(credentialsCheck),
});

/** In the words of Kafka's clients, which know the protocol by one name for both. */
export function securityVariables(
  tls: ClientTls | false | undefined,
  sasl: SaslProps | undefined,
): Readonly<Record<string, string>> {
  const protocol = tls ? 'SSL' : 'PLAINTEXT';
  if (sasl === undefined) return { SECURITY_PROTOCOL: protocol };
  return { SECURITY_PROTOCOL: `SASL_${protocol}`, SASL_MECHANISM: sasl.mechanism ?? 'SCRAM-SHA-512' };
}
