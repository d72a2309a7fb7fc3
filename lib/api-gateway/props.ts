import type { Ingress } from 'kubernetes-types/networking/v1';
import type { Certificate, CertificateIssuerKind } from '../../imports/cert-manager';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import type { Duration } from '../kubernetes/duration';
import type { Patch } from '../kubernetes/merge';
import { type ControllerName, controllerNames, controllerOf } from './controllers';

/** Who signs the certificate. */
export interface Issuer {
  /** The name of the issuer that cert-manager asks. */
  readonly issuer: string;
  /** @defaultValue ClusterIssuer: one for all namespaces */
  readonly issuerKind?: CertificateIssuerKind;
  /**
   * How the issuer has the hosts proven. For `http-01` cert-manager starts a pod for each host, so the policies let the
   * controller reach it and the quota has room for it. With `dns-01` nothing runs here; a host with `*` can be proven in
   * no other way. `false` for an issuer that asks for no proof, such as a CA of your own or Vault.
   * @defaultValue http-01: the usual one of Let's Encrypt, and it needs no account at the DNS provider
   * @see https://cert-manager.io/docs/configuration/acme/
   */
  readonly challenge?: Challenge;
}

export type Challenge = 'http-01' | 'dns-01' | false;

/** Where the controller runs that carries out what the gateway says. */
export interface Controller {
  /**
   * What it is, because only annotations tell it to answer over HTTPS alone. Of one that is `other` look up how.
   * @defaultValue by the name of the class: traefik, ingress-nginx for `nginx`, else other
   */
  readonly name?: ControllerName;
  /** Its namespace. @defaultValue the name of the class, which is where most charts install it */
  readonly namespace?: string;
  /** Labels that only its pods have. @defaultValue none: every pod of its namespace may come in */
  readonly podLabels?: Readonly<Record<string, string>>;
}

export interface ApiGatewayProps {
  /** The name under which the system is reached from outside, or several: `shop.example.com`, `*.shop.example.com`. */
  readonly host: string | readonly string[];
  /**
   * Where the certificate comes from: a Secret of type `kubernetes.io/tls` that exists, or cert-manager, which makes
   * one. `false` for none, where something before the gateway ends TLS.
   */
  readonly tls: { readonly secret: string } | Issuer | false;
  /**
   * The class of the controller that serves it.
   * @defaultValue traefik: kept up, and it reads the Gateway API as well. ingress-nginx is retired
   * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class
   */
  readonly ingressClass?: string;
  /** Where its packets come from, for the policies of the services. @defaultValue the namespace named like the class */
  readonly controller?: Controller;
  /** Annotations of the Ingress, in which controllers are told what the Ingress has no field for. @defaultValue none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Anything else, laid over the rendered objects in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: { readonly ingress?: Patch<Ingress>; readonly certificate?: Patch<Certificate> };
}

/** How requests are led to a service. */
export interface RouteOptions<PortName extends string = string> {
  /** Which port of the service. @defaultValue its only port, or the one named `http` */
  readonly port?: PortName;
  /** Whether the path must be this one and nothing below it. @defaultValue false */
  readonly exact?: boolean;
  /** For which hosts of the gateway it holds. @defaultValue all */
  readonly host?: string | readonly string[];
  /**
   * How long clients outside wait for an answer. It is the longest request of the service, so graceful shutdown covers
   * it, and rules about timeouts reason with it. An Ingress has no field for it, so nothing is cut off when it has
   * passed: set the same in the controller, which for Traefik is the forwarding timeout of its entry point's
   * ServersTransport.
   * @defaultValue 30s for the end of a pod, and no rule speaks of it
   */
  readonly timeout?: Duration;
}

const gatewayHost = check.matching(
  (value) => check.isText(value) && value.replace(/^\*\./, '').includes('.') && isHost(value.replace(/^\*\./, '')),
  'a host name such as shop.example.com or *.shop.example.com',
);
const hosts = check.either(
  'a host name such as shop.example.com, or a list of them',
  [check.isText, gatewayHost],
  [Array.isArray, check.someOf(gatewayHost)],
);

export const apiGatewayChecks: Checks<ApiGatewayProps> = {
  host: hosts,
  tls: check.either(
    'one of { secret }, { issuer } or false',
    [(value) => value === false, check.anything],
    [(value) => check.isMap(value) && 'secret' in value, check.fields({ secret: check.objectName })],
    [
      (value) => check.isMap(value) && 'issuer' in value,
      check.fields({
        issuer: check.objectName,
        issuerKind: check.optional(check.oneOf('Issuer', 'ClusterIssuer')),
        challenge: check.optional(check.oneOf('http-01', 'dns-01', false)),
      }),
    ],
  ),
  ingressClass: check.optional(check.objectName),
  controller: check.optional(
    check.fields({
      name: check.optional(check.oneOf(...controllerNames)),
      namespace: check.optional(check.dnsLabel),
      podLabels: check.optional(check.labelMap),
    }),
  ),
  annotations: check.optional(check.annotationMap),
  overrides: check.optional(
    check.fields({ ingress: check.optional(check.plainMap), certificate: check.optional(check.plainMap) }),
  ),
};

export const routeChecks: Checks<RouteOptions> = {
  port: check.optional(check.nonEmptyText),
  exact: check.optional(check.boolean),
  host: check.optional(hosts),
  timeout: check.optional(check.positiveDuration),
};

export type ApiGatewaySettings = ReturnType<typeof withDefaults>;

export function withDefaults({ host = [], tls = false, ingressClass = 'traefik', ...props }: Partial<ApiGatewayProps>) {
  const { name = controllerOf(ingressClass), namespace = ingressClass, podLabels } = props.controller ?? {};
  return { ...props, hosts: listOf(host), tls, ingressClass, controller: { name, namespace, podLabels } };
}

/** One or several as a list, each once. */
export const listOf = (hosts: string | readonly string[]): string[] => [...new Set([hosts].flat() as string[])];

function isHost(value: string): boolean {
  return (
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/.test(value) &&
    value.length <= 253 &&
    /[a-z]/.test(value)
  );
}
