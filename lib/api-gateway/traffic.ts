/**
 * What is to reach whom from outside, in nobody's dialect. The renderers write it as Ingress and, later, as Gateway API
 * and Istio. Each of them refuses what it cannot say.
 */
export interface Traffic {
  /** The names under which the gateway answers; `*.example.com` stands for one label. */
  readonly hosts: readonly string[];
  /** The make of the controller that serves it. */
  readonly className: string;
  /** The Secret with the certificate of all hosts; `undefined` where TLS ends before the gateway. */
  readonly tlsSecret: string | undefined;
  readonly routes: readonly TrafficRoute[];
  /** Whether the controller may compare prefixes by characters instead of whole steps. */
  readonly matchesCharacters: boolean;
}

export interface TrafficRoute {
  /** The hosts of the gateway for which it holds. */
  readonly hosts: readonly string[];
  readonly match: PathMatch;
  readonly to: {
    /** The name of the Service. */
    readonly service: string;
    readonly port: { readonly name: string; readonly protocol: 'http' | 'https' | 'grpc' | 'tcp' | 'udp' };
  };
}

/** `prefix` goes by whole steps of the path: `/orders` matches `/orders/7`, and not `/orders-archive`. */
export interface PathMatch {
  readonly type: 'prefix' | 'exact';
  readonly value: string;
}
