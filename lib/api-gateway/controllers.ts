/** What serves the gateway, by the dialect of its annotations. */
export type ControllerName = 'traefik' | 'ingress-nginx' | 'other';

export const controllerNames: readonly ControllerName[] = ['traefik', 'ingress-nginx', 'other'];

/** What a controller must be told beside the fields of an Ingress. */
export interface Dialect {
  /** Annotations of an Ingress with TLS, without which it is answered over plain HTTP as well. */
  readonly httpsOnly: Readonly<Record<string, string>>;
  /** Whether a setting of the controller decides if `/orders` also matches `/orders-archive`. */
  readonly matchesCharacters: boolean;
}

/**
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 */
const dialects: Readonly<Record<ControllerName, Dialect>> = {
  traefik: {
    // `spec.tls` only loads the certificate: without these the routes are on every default entry point.
    httpsOnly: {
      'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure',
      'traefik.ingress.kubernetes.io/router.tls': 'true',
    },
    matchesCharacters: true,
  },
  'ingress-nginx': {
    // The default, unless the ConfigMap of the controller says otherwise.
    httpsOnly: { 'nginx.ingress.kubernetes.io/ssl-redirect': 'true' },
    matchesCharacters: false,
  },
  other: { httpsOnly: {}, matchesCharacters: false },
};

/** The controller that a class is usually served by: `traefik-internal` by Traefik, `nginx` by ingress-nginx. */
export function controllerOf(ingressClass: string): ControllerName {
  if (/traefik/.test(ingressClass)) return 'traefik';
  return /nginx/.test(ingressClass) ? 'ingress-nginx' : 'other';
}

export const dialectOf = (name: ControllerName): Dialect => dialects[name] ?? dialects.other;
