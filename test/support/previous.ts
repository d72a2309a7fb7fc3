import { Environment, type EnvironmentProps } from '../../lib';
import { quietApp } from './render';
import { temporaryDirectory } from './temporary';

type Program = (shop: Environment<'test'>) => unknown;

/** What one rule finds in a program when another one was synthesized before it. */
export function saidAfter(rule: string, before: Program, after: Program, props: EnvironmentProps = {}): string[] {
  const outdir = `${temporaryDirectory()}/dist`;
  const appOf = (program: Program) => {
    const app = quietApp({ outdir });
    program(new Environment(app, 'test', props));
    return app;
  };
  appOf(before).synth();
  return appOf(after)
    .findings()
    .filter((finding) => finding.rule === rule)
    .map(({ path, severity, message, fix }) => `[${path}] ${severity}: ${message} -> ${fix}`);
}
