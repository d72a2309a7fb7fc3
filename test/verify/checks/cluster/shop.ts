import type { System } from '../../../../lib/model/system';
import type { Cluster } from '../../cluster';
import type { Figures } from '../../figures';

/** The shop and the cluster that it is put into. */
export interface Shop {
  readonly cluster: Cluster;
  readonly figures: Figures;
  /** For whatever is written; gone at the end. */
  readonly folder: string;
  readonly source: string;
  readonly dist: string;
  readonly system: System;
  readonly environments: readonly ShopEnvironment[];
}

export interface ShopEnvironment {
  readonly name: string;
  readonly namespace: string;
  /** Its part of `dist/`. */
  readonly folder: string;
}
