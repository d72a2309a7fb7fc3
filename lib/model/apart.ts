import type { IConstruct } from 'constructs';
import { ENVIRONMENT_FACTS } from './environment-facts';

/**
 * Where an object says that it is not applied with its environment: a folder of its own beside it, and its file there.
 * A symbol, so that two copies of the package agree.
 */
export const APART = Symbol.for('cdk8s-microservices.apart');

/** Where an app says that it writes a folder for each environment. */
export const FOLDERS = Symbol.for('cdk8s-microservices.folders');

export interface Apart extends IConstruct {
  /** `restore` for `production.restore/`, and the name of the file without its extension. */
  readonly [APART]: { readonly folder: string; readonly file: string };
}

export const isApart = (construct: IConstruct): construct is Apart => APART in construct;

/** Whether what stands in a construct can be written apart: elsewhere everything goes into one file, and is applied. */
export function canBeApart({ node }: IConstruct): boolean {
  return FOLDERS in node.root && node.scopes.some((scope) => ENVIRONMENT_FACTS in scope);
}
