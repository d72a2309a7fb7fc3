import type { ApiObjectMetadata } from 'cdk8s';
import type { EnvironmentFacts } from '../model/environment-facts';
import { type Identity, labelsOf } from './labels';

/** The metadata of an object: its name is the one that was given, never one made from the place in the tree. */
export function objectMetadata(
  identity: Identity,
  environment: EnvironmentFacts,
  annotations: Readonly<Record<string, string>> = {},
): ApiObjectMetadata {
  return {
    name: identity.name,
    namespace: environment.namespace,
    labels: { ...labelsOf(identity, environment) },
    annotations,
  };
}
