import { parseArgs } from 'node:util';
import { ApiObject, App, type AppProps } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Manifest } from './kubernetes/kubernetes-object';
import { derivedOnce, duringSynthesis } from './kubernetes/synthesis';
import { systemOf } from './model/describe';
import type { Finding } from './model/finding';
import type { ObjectRecord, System } from './model/system';
import { findingsAsJson } from './report/json';
import { Progress } from './report/progress';
import { findingsAsSarif } from './report/sarif';
import { counted, findingsAsText } from './report/text';
import { rules } from './rules/all-rules';
import { evaluate, sorted } from './rules/engine';
import { suppressionsOf } from './suppress';
import { withEarlierGenerations } from './synth/generations';
import { kustomizations } from './synth/kustomization';
import { isSafe, placeOf } from './synth/layout';
import { dependencyCircles, inOrder, predecessors } from './synth/order';
import { type Outcome, Output } from './synth/output';
import { SynthError } from './synth/synth-error';
import { joinDocuments, toYaml } from './synth/yaml';

export interface MicroserviceAppProps extends Pick<AppProps, 'outdir' | 'outputFileExtension' | 'resolvers'> {
  /** Says nothing but what is wrong. @defaultValue whether the program was called with `--quiet` */
  readonly quiet?: boolean;
  /**
   * How findings are written: for people, for programs, or for code hosts (on standard output).
   * @defaultValue what the program was given as `--format`, `text` if nothing
   */
  readonly format?: 'text' | 'json' | 'sarif';
  /**
   * How many earlier generations of each ConfigMap stay in the output, so that a rollback finds its config.
   * @defaultValue 3, as many as a Deployment keeps of its revisions
   */
  readonly configGenerations?: number;
}

/** What is left to write when everything was checked. */
interface Rendering {
  readonly system: System;
  readonly findings: readonly Finding[];
  /** For each file its objects, in order. */
  readonly files: ReadonlyMap<string, readonly Manifest[]>;
}

/**
 * A cdk8s app whose synth is linear and all-or-nothing: every object is rendered once, every validation and rule runs
 * once over the whole system, and with a single error nothing on disk changes.
 *
 * Writes `<outdir>/<environment>/<service>.k8s.yaml`, and for each environment a `Kustomization`.
 */
export class MicroserviceApp extends App {
  private readonly options: MicroserviceAppProps;

  constructor(props: MicroserviceAppProps = {}) {
    super(props);
    this.options = { ...commandLine(), ...props };
  }

  /**
   * Everything that is wrong or doubtful, sorted by place. Renders and checks the whole app, and writes nothing.
   */
  findings(): readonly Finding[] {
    return this.render().findings;
  }

  /** The whole system as plain data, for reports and tests of one's own. */
  system(): System {
    return this.render().system;
  }

  /**
   * Writes all manifests, or nothing where there is an error.
   *
   * @throws SynthError with all findings where one of them is an error
   * @throws OutputError where the output directory cannot be written or holds what synth did not write
   */
  override synth(): void {
    const started = performance.now();
    const { findings, files } = this.render();
    this.say(findings);
    if (findings.some(({ severity }) => severity === 'error')) throw new SynthError(findings);
    const output = new Output(this.outdir);
    const outcome = output.replace(this.texts(files, output));
    this.summarize(outcome, files, findings, performance.now() - started);
  }

  /** All manifests as one YAML text. Throws like `synth`. */
  override synthYaml(): string {
    const { findings, files } = this.render();
    if (findings.some(({ severity }) => severity === 'error')) throw new SynthError(findings);
    return [...files.values()]
      .flat()
      .map((manifest) => `---\n${toYaml(manifest)}`)
      .join('');
  }

  private render(): Rendering {
    return duringSynthesis(this, () => {
      const constructs = this.node.findAll();
      const invalid: Finding[] = constructs.flatMap(({ node }) =>
        node.validate().map((message) => problem(node.path, message)),
      );
      const objects = constructs.filter((node): node is ApiObject => ApiObject.isApiObject(node));
      const progress = new Progress(objects.length, this.isWatched);
      const unsafe = new Set<string>();
      const records = objects.flatMap((object): ObjectRecord[] => {
        progress.step();
        const place = placeOf(object, this.outputFileExtension);
        if (!isSafe(place.file)) {
          if (unsafe.has(place.file)) return [];
          unsafe.add(place.file);
          invalid.push(
            problem(
              object.node.path,
              `'id': must make a file name of letters, digits, dashes, underscores and dots, got ${JSON.stringify(place.file)}`,
            ),
          );
          return [];
        }
        try {
          const manifest: Manifest = derivedOnce(this, object, () => object.toJson());
          return [{ path: object.node.path, ...place, manifest }];
        } catch (error) {
          invalid.push(problem(object.node.path, `cannot be rendered: ${(error as Error).message}`));
          return [];
        }
      });
      progress.end();
      for (const circle of dependencyCircles(constructs)) {
        invalid.push(problem(circle[0] as string, `must not depend on itself, got the circle ${circle.join(' -> ')}`));
      }
      const system = systemOf(constructs, records);
      const today = new Date().toISOString().slice(0, 10);
      // Rules reason about a system whose values are right; with wrong ones they would only echo.
      const reasoned = invalid.length > 0 ? [] : evaluate(rules, system, suppressionsOf(constructs), today);
      return { system, findings: [...sorted(invalid), ...reasoned], files: filesOf(constructs, objects, records) };
    });
  }

  private texts(files: Rendering['files'], output: Output): Map<string, string> {
    const { configGenerations = 3 } = this.options;
    const texts = new Map<string, string>();
    for (const [file, manifests] of files) {
      const documents = manifests.map((manifest) => ({ manifest, text: toYaml(manifest) }));
      texts.set(file, joinDocuments(withEarlierGenerations(documents, output.read(file), configGenerations)));
    }
    for (const [file, text] of kustomizations(files.keys())) texts.set(file, text);
    return texts;
  }

  private get isWatched(): boolean {
    return process.stderr.isTTY === true && this.options.quiet !== true;
  }

  private say(findings: readonly Finding[]): void {
    const { format = 'text' } = this.options;
    if (format === 'json') process.stdout.write(`${findingsAsJson(findings)}\n`);
    if (format === 'sarif') process.stdout.write(`${findingsAsSarif(findings, rules)}\n`);
    const warnings = findings.filter(({ severity }) => severity === 'warning');
    // Errors are in the message of what is thrown.
    if (format === 'text' && warnings.length > 0 && warnings.length === findings.length) {
      process.stderr.write(`${findingsAsText(warnings)}\n`);
    }
  }

  private summarize(
    outcome: Outcome,
    files: Rendering['files'],
    findings: readonly Finding[],
    milliseconds: number,
  ): void {
    if (this.options.quiet === true || (this.options.format ?? 'text') !== 'text') return;
    const { written, unchanged, removed } = outcome;
    const objects = [...files.values()].reduce((sum, manifests) => sum + manifests.length, 0);
    process.stdout.write(
      `${counted(objects, 'object')} in ${counted(written.length + unchanged.length, 'file')}: ` +
        `${written.length} written, ${unchanged.length} unchanged, ${removed.length} removed; ` +
        `${counted(findings.length, 'warning')}; ${Math.round(milliseconds)} ms\n`,
    );
  }
}

function problem(path: string, message: string): Finding {
  return { rule: 'invalid', severity: 'error', path, message };
}

/** For each file its manifests in the order in which they must be applied. */
function filesOf(
  constructs: readonly IConstruct[],
  objects: readonly ApiObject[],
  records: readonly ObjectRecord[],
): Map<string, Manifest[]> {
  const recordOf = new Map(records.map((record) => [record.path, record]));
  const fileOf = new Map<ApiObject, string>();
  const groups = new Map<string, ApiObject[]>();
  for (const object of objects) {
    const file = recordOf.get(object.node.path)?.file;
    if (file === undefined) continue;
    fileOf.set(object, file);
    const group = groups.get(file);
    if (group === undefined) groups.set(file, [object]);
    else group.push(object);
  }
  const before = predecessors(constructs, fileOf);
  return new Map(
    [...groups].map(([file, group]) => [
      file,
      inOrder(group, before).flatMap((object) => recordOf.get(object.node.path)?.manifest ?? []),
    ]),
  );
}

/** What the program was called with; options of other tools are left alone. */
function commandLine(): Pick<MicroserviceAppProps, 'quiet' | 'format'> {
  const { values } = parseArgs({
    options: { quiet: { type: 'boolean' }, format: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  const format = (['text', 'json', 'sarif'] as const).find((name) => name === values.format);
  return { quiet: values.quiet === true ? true : undefined, format };
}
