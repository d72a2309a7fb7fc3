import type { Certificate } from '../../imports/cert-manager';
import { certificateSpec } from '../api-gateway/certificate';
import * as check from '../checks/values';
import type { BackendIssuer, BackendTls, ServerTls } from '../model/backend-tls';
import type { BackendTlsRecord } from '../model/system';
import type { ClientTls } from '../workload/backend-tls';
import type { PodPart } from '../workload/pod-part';
import { type EnginePlace, type EnginePlan, memberHosts, peerService } from './plan';

/** Where a server finds its certificate, its private key and the CA that signed them. */
export const SERVER_TLS = {
  path: '/run/tls',
  certificate: '/run/tls/tls.crt',
  key: '/run/tls/tls.key',
  ca: '/run/tls/ca.crt',
} as const;

/**
 * The TLS of a server: what its own prop says, else what its environment says of all. An engine that knows TLS sets
 * `tls` of its plan to it, and listens with the files of `SERVER_TLS`.
 */
export function serverTls(given: BackendTls | undefined, { name, environment }: EnginePlace): ServerTls | false {
  const wanted = given ?? environment.backendTls;
  // A value of the wrong kind is reported by the checks.
  if (!check.isMap(wanted)) return false;
  return 'secret' in wanted
    ? { secret: String(wanted.secret), issuer: undefined }
    : { secret: certificateName(name), issuer: wanted as unknown as BackendIssuer };
}

/** The name of the Certificate of a backend, and of the Secret that it becomes. */
export const certificateName = (name: string): string => `${name}-tls`;

/** The sentence for an engine without TLS that was given some. */
export function tlsProblems({ engine, tls }: EnginePlan, { tls: given }: { readonly tls?: BackendTls }): string[] {
  if (given === undefined || given === false || tls !== undefined) return [];
  return [
    `'tls': must be left out or false: ${engine ?? 'this engine'} has no TLS here; its network policy says who may connect`,
  ];
}

/** What users of a server need to verify it. */
export function offeredTls({ tls }: EnginePlan): ClientTls | false {
  return tls ? { ca: { secret: tls.secret, key: 'ca.crt' } } : false;
}

/** The certificate in the pods of the server, readable by its group. */
export function serverTlsPart({ tls }: EnginePlan): PodPart {
  const from = 'its certificate';
  if (!tls) return { from };
  return {
    from,
    volumes: [{ name: 'tls', secret: { secretName: tls.secret, defaultMode: 0o440 } }],
    mounts: [{ name: 'tls', mountPath: SERVER_TLS.path, readOnly: true }],
  };
}

/** What the model knows of it. */
export function tlsRecord({ tls }: EnginePlan): BackendTlsRecord | false | undefined {
  if (!tls) return tls;
  const { secret, issuer } = tls;
  return {
    ca: { secret, key: 'ca.crt' },
    certificate: { secret, issuer: issuer && { name: issuer.issuer, kind: issuer.issuerKind ?? 'ClusterIssuer' } },
  };
}

/**
 * The Certificate of a server. Its members connect to each other with it too, so it is one of a client as well.
 *
 * Renewed files reach the pods by themselves; each engine says how it takes them up.
 */
export function serverCertificate(
  name: string,
  namespace: string | undefined,
  { secret, issuer = { issuer: '' } }: ServerTls,
  { replicas, readPorts, followers }: EnginePlan,
): Certificate['spec'] {
  const services = [
    name,
    ...(readPorts.length > 0 ? [`${name}-read`] : []),
    ...(followers ? [`${name}-followers`] : []),
  ];
  const names = [
    ...services.flatMap((service) => [service, ...inNamespace(service, namespace)]),
    // OpenSSL takes no wildcard with fewer than two dots, so the short names of members stand there one by one.
    ...memberHosts(name, replicas),
    `*.${peerService(name)}`,
    ...inNamespace(`*.${peerService(name)}`, namespace),
    'localhost',
    ...(issuer.dnsNames ?? []),
  ];
  const spec = certificateSpec([...new Set(names)], secret, issuer);
  return {
    ...spec,
    // Java refuses a certificate without a subject, unless its issuer marks the names as critical.
    commonName: name,
    usages: ['digital signature', 'key encipherment', 'server auth', 'client auth'],
    // The one form of a private key that every engine reads.
    privateKey: { ...spec.privateKey, encoding: 'PKCS8' },
  };
}

/** The longer forms of a name in the cluster. */
function inNamespace(name: string, namespace: string | undefined): string[] {
  if (namespace === undefined) return [];
  return [`${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
}

/**
 * A part of a start script: runs a command whenever the certificate was renewed, beside the server. For engines that
 * read it only once, but can be asked to read it again.
 * @param command - fails while the server cannot be asked; then it is tried again a minute later
 */
export const onRenewal = (command: string): string => `
# The files change when the certificate is renewed, and the server is asked to read them again.
(
  loaded=$(cksum < ${SERVER_TLS.certificate})
  while sleep 60; do
    found=$(cksum < ${SERVER_TLS.certificate})
    if [ "$found" != "$loaded" ] && ${command}; then loaded=$found; fi
  done
) &
`;
