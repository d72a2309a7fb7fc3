/** The probe handler: how the process is asked. */
export type ProbeAction =
  /** An HTTP GET of this path. */
  | { readonly http: string; readonly port?: string }
  /** The gRPC health protocol; text names the service to ask for. */
  | { readonly grpc: string | true; readonly port?: string }
  /** A connection can be made. */
  | { readonly tcp: true; readonly port?: string }
  /** A command in the container ends with 0. */
  | { readonly command: readonly string[] };

/**
 * A readiness or liveness probe.
 * @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export type Probe = ProbeAction & {
  /** @defaultValue 5 for readiness, 10 for liveness */
  readonly periodSeconds?: number;
  /** @defaultValue 2 */
  readonly timeoutSeconds?: number;
  /** How many times in a row it may fail. @defaultValue 3 for readiness, 6 for liveness: a busy process is no dead one */
  readonly failureThreshold?: number;
};

/** The probes of the services of an environment whose first port speaks HTTP. */
export interface HttpProbes {
  readonly readiness?: Probe | false;
  readonly liveness?: Probe | false;
}
