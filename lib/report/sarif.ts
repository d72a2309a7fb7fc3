import type { Finding } from '../model/finding';
import type { Rule } from '../rules/rule';

/**
 * Findings as code hosts show them in a pull request.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function findingsAsSarif(findings: readonly Finding[], rules: readonly Rule[]): string {
  const driver = {
    name: 'cdk8s-microservices',
    rules: rules.map(({ id, summary, severity }) => ({
      id,
      shortDescription: { text: summary },
      help: { text: `${summary} See ${id} in the README of cdk8s-microservices.` },
      defaultConfiguration: { level: severity },
    })),
  };
  const results = findings.map(({ rule, severity, path, message, fix }) => ({
    ruleId: rule,
    level: severity,
    message: { text: fix === undefined ? message : `${message}. Fix: ${fix}` },
    locations: [{ logicalLocations: [{ fullyQualifiedName: path, kind: 'resource' }] }],
  }));
  return JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [{ tool: { driver }, results }],
    },
    undefined,
    2,
  );
}
