import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Environment, type EnvironmentProps, MicroserviceApp, type MicroserviceAppProps } from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { toYaml } from '../../lib/kubernetes/yaml';
import { temporaryDirectory } from './temporary';

/** An app that writes to a directory of its own and says nothing. */
export function quietApp(props: MicroserviceAppProps = {}): MicroserviceApp {
  return new MicroserviceApp({ outdir: join(temporaryDirectory(), 'dist'), quiet: true, ...props });
}

/** An environment in an app of its own. */
export function quietEnvironment(props?: EnvironmentProps): Environment<'test'> {
  return new Environment(quietApp(), 'test', props);
}

/** Every object under a construct, rendered. */
export function manifestsOf(construct: IConstruct): Manifest[] {
  return construct.node
    .findAll()
    .filter((node): node is ApiObject => ApiObject.isApiObject(node))
    .map((object) => object.toJson());
}

/** Every object under a construct as the YAML that a reviewer reads. */
export function yamlOf(construct: IConstruct): string {
  return manifestsOf(construct)
    .map((manifest) => `---\n${toYaml(manifest)}`)
    .join('');
}

/** What an app finds wrong, as lines that people read: `[test/orders] 'port': must be …`. */
export function findingsOf(construct: IConstruct): string[] {
  return (construct.node.root as MicroserviceApp).findings().map(({ rule, path, message }) => {
    return rule === 'invalid' ? `[${path}] ${message}` : `[${path}] ${rule}: ${message}`;
  });
}
