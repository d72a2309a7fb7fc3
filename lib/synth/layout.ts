import { type ApiObject, Chart, Names } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { APART, isApart } from '../model/apart';
import { isDescribed } from '../model/describe';
import { ENVIRONMENT_FACTS } from '../model/environment-facts';

/** Where an object goes under the output directory. */
export interface Place {
  /** The environment in which it stands; `undefined` for a plain chart. */
  readonly environment: string | undefined;
  /** `production/orders.k8s.yaml` */
  readonly file: string;
}

/**
 * One folder for an environment, one file for each thing with a name of its own in it: the outermost construct that is
 * part of the model, whatever it is wrapped in, or else the child of the environment. A chart that is no environment
 * is one file, as cdk8s has it.
 *
 * What must not be applied with its environment is in a folder beside it, which no way of applying the first one reads.
 */
export function placeOf(object: ApiObject, extension: string): Place {
  const scopes: readonly IConstruct[] = object.node.scopes;
  const environment = scopes.findIndex((scope) => ENVIRONMENT_FACTS in scope);
  if (environment === -1) return { environment: undefined, file: `${Names.toDnsLabel(Chart.of(object))}${extension}` };
  const inside = scopes.slice(environment + 1);
  const owner = inside.find(isDescribed) ?? inside[0];
  const name = (scopes[environment] as IConstruct).node.id;
  const apart = inside.find(isApart)?.[APART];
  if (apart) return { environment: name, file: `${name}.${apart.folder}/${apart.file}${extension}` };
  return { environment: name, file: `${name}/${owner?.node.id}${extension}` };
}

const safePath = /^(?:[a-z0-9][-a-z0-9]*(?:\.[a-z]+)?\/)?[A-Za-z0-9_][-A-Za-z0-9_.]*$/;

/** Whether a file stays where it was put, on every file system. */
export function isSafe(file: string): boolean {
  return safePath.test(file) && file.length <= 200;
}
