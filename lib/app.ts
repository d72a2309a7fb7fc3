import { parseArgs } from 'node:util';
import { ApiObject, App, type AppProps } from 'cdk8s';
import type { Manifest } from './kubernetes/kubernetes-object';
import { duringSynthesis } from './kubernetes/synthesis';
import { toYaml } from './kubernetes/yaml';
import { FOLDERS } from './model/apart';
import { recordsOf } from './model/describe';
import type { Finding } from './model/finding';
import type { System } from './model/system';
import { findingsAsJson } from './report/json';
import { Progress } from './report/progress';
import { requirementsAsJson, requirementsAsMarkdown, requirementsAsText } from './report/requirements';
import { findingsAsSarif } from './report/sarif';
import { counted, findingsAsText } from './report/text';
import { type Requirements, requirementsOf } from './requirements/requirements';
import { rules } from './rules/all-rules';
import { evaluate, sorted } from './rules/engine';
import { suppressionsOf } from './suppress';
import { joinDocuments } from './synth/documents';
import { withEarlierGenerations } from './synth/generations';
import { kustomizations } from './synth/kustomization';
import { type Outcome, Output } from './synth/output';
import { PlainError } from './synth/plain-error';
import { previousOutput } from './synth/previous-output';
import { rendered } from './synth/render';
import { SynthError } from './synth/synth-error';

export interface MicroserviceAppProps extends Pick<AppProps, 'outdir' | 'outputFileExtension' | 'resolvers'> {
  /** Says nothing but what is wrong. @defaultValue whether the program was called with `--quiet` */
  readonly quiet?: boolean;
  /**
   * How findings are written: for people, for programs, or for code hosts (on standard output).
   * @defaultValue what the program was given as `--format`, `text` if nothing
   */
  readonly format?: 'text' | 'json' | 'sarif';
  /**
   * Prints what must exist before each environment is applied, and writes nothing: Secrets with their keys, custom
   * resources, classes, accounts, addresses, what images must provide, and the order.
   * @defaultValue the `--requirements` flag: `text` without a value, `json`, or `markdown` for a checklist
   */
  readonly requirements?: RequirementsFormat;
  /**
   * How many earlier generations of each ConfigMap stay in the output, so that a rollback finds its config.
   * @defaultValue 3, as many as a Deployment keeps of its revisions
   */
  readonly configGenerations?: number;
}

type RequirementsFormat = 'text' | 'json' | 'markdown';

const requirementReports: Readonly<Record<RequirementsFormat, (all: readonly Requirements[]) => string>> = {
  text: requirementsAsText,
  json: requirementsAsJson,
  markdown: requirementsAsMarkdown,
};

/** The whole app, rendered and checked. */
interface Checked {
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
  readonly [FOLDERS] = true;

  private readonly options: MicroserviceAppProps;

  constructor(props: MicroserviceAppProps = {}) {
    super(props);
    this.options = { ...commandLine(), ...props };
  }

  /**
   * Everything that is wrong or doubtful, sorted by place. Renders and checks the whole app, and writes nothing.
   */
  findings(): readonly Finding[] {
    return this.check().findings;
  }

  /** The whole system as plain data, for reports and tests of one's own. */
  system(): System {
    return this.check().system;
  }

  /** What must exist before each environment is applied. Renders and checks the whole app, and writes nothing. */
  requirements(): readonly Requirements[] {
    return requirementsOf(this.check().system);
  }

  /**
   * Writes all manifests, or nothing where there is an error.
   *
   * @throws SynthError with all findings where one of them is an error
   * @throws OutputError where the output directory cannot be written or holds what synth did not write
   */
  override synth(): void {
    const started = performance.now();
    // Every object is rendered and then written as text; both take their time.
    const progress = new Progress(() => 2 * this.node.findAll().filter(ApiObject.isApiObject).length, this.isWatched);
    const { system, findings, files } = this.check(progress);
    const { requirements } = this.options;
    if (requirements !== undefined && !hasErrors(findings)) {
      progress.end();
      process.stdout.write(`${requirementReports[requirements](requirementsOf(system))}\n`);
      return;
    }
    const outcome = hasErrors(findings) ? undefined : this.write(files, progress);
    progress.end();
    this.say(findings);
    if (outcome === undefined) throw new SynthError(findings);
    this.summarize(outcome, files, findings, performance.now() - started);
  }

  /** All manifests as one YAML text. Throws like `synth`. */
  override synthYaml(): string {
    const { findings, files } = this.check();
    if (hasErrors(findings)) throw new SynthError(findings);
    return [...files.values()]
      .flat()
      .map((manifest) => `---\n${toYaml(manifest)}`)
      .join('');
  }

  private check(progress = new Progress(() => 0, false)): Checked {
    return duringSynthesis(this, () => {
      const constructs = this.node.findAll();
      const { objects, files, problems } = rendered(constructs, this.outputFileExtension, () => progress.step());
      const system: System = { ...recordsOf(constructs), objects, previous: previousOutput(this.outdir) };
      const today = new Date().toISOString().slice(0, 10);
      // Rules reason about a system whose values are right; with wrong ones they would only echo.
      const reasoned = problems.length > 0 ? [] : evaluate(rules, system, suppressionsOf(constructs), today);
      return { system, findings: [...sorted(problems), ...reasoned], files };
    });
  }

  private write(files: Checked['files'], progress: Progress): Outcome {
    const { configGenerations = 3 } = this.options;
    const output = new Output(this.outdir);
    const texts = new Map<string, string>();
    for (const [file, manifests] of files) {
      const documents = manifests.map((manifest) => {
        progress.step();
        return { manifest, text: toYaml(manifest) };
      });
      texts.set(file, joinDocuments(withEarlierGenerations(documents, output.read(file), configGenerations)));
    }
    for (const [file, text] of kustomizations(files.keys())) texts.set(file, text);
    return output.replace(texts);
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
    files: Checked['files'],
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

function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** What the program was called with; options of other tools are left alone. */
function commandLine(): Pick<MicroserviceAppProps, 'quiet' | 'format' | 'requirements'> {
  const { values } = parseArgs({
    options: { quiet: { type: 'boolean' }, format: { type: 'string' }, requirements: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  const format = (['text', 'json', 'sarif'] as const).find((name) => name === values.format);
  const asked: unknown = values.requirements;
  const requirements = asked === true ? 'text' : (['text', 'json', 'markdown'] as const).find((name) => name === asked);
  if (asked !== undefined && requirements === undefined) {
    throw new PlainError(`--requirements must be text, json or markdown, got ${JSON.stringify(asked)}`);
  }
  return { quiet: values.quiet === true ? true : undefined, format, requirements };
}
