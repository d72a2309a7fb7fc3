export type Linter = 'kubeconform' | 'kube-score' | 'kube-linter' | 'polaris';

/** One thing that a linter has to say about one object. */
export interface Finding {
  readonly tool: Linter;
  readonly check: string;
  readonly object: FoundObject;
  readonly message: string;
  /** Whether the linter itself calls it critical, where it knows degrees. */
  readonly isCritical?: boolean;
}

export interface FoundObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}
