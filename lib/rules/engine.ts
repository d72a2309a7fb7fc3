import type { Finding } from '../model/finding';
import type { System } from '../model/system';
import type { PlacedSuppression } from '../suppress';
import type { Rule } from './rule';

/** What all rules have to say of a system, without what was accepted, sorted by place. */
export function evaluate(
  rules: readonly Rule[],
  system: System,
  suppressions: readonly PlacedSuppression[],
  today: string,
): Finding[] {
  const used = new Set<PlacedSuppression>();
  const findings = rules
    .flatMap((rule) =>
      [...rule.check(system)].map(
        ({ path, message, fix, severity = rule.severity }): Finding => ({
          rule: rule.id,
          severity,
          path,
          message,
          fix,
        }),
      ),
    )
    .filter((finding) => {
      const matching = suppressions.filter(({ rule, path }) => rule === finding.rule && covers(path, finding.path));
      for (const suppression of matching) used.add(suppression);
      return !matching.some(({ until }) => until >= today);
    });
  return sorted([...findings, ...aboutSuppressions(suppressions, used, rules, today)]);
}

export function sorted(findings: readonly Finding[]): Finding[] {
  const key = ({ path, rule, message }: Finding) => `${path}\0${rule}\0${message}`;
  return [...findings].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const covers = (outer: string, inner: string): boolean =>
  inner === outer || inner.startsWith(`${outer}/`) || outer === '';

function aboutSuppressions(
  suppressions: readonly PlacedSuppression[],
  used: ReadonlySet<PlacedSuppression>,
  rules: readonly Rule[],
  today: string,
): Finding[] {
  return suppressions.flatMap((suppression): Finding[] => {
    const { path, rule, until } = suppression;
    if (!rules.some(({ id }) => id === rule)) {
      const fix = `name one of ${rules.map(({ id }) => id).join(', ')}`;
      return [{ rule: 'suppression', severity: 'error', path, message: `suppresses ${rule}, which is no rule`, fix }];
    }
    if (until < today) {
      const message = `the suppression of ${rule} has expired: it held until ${until}, today is ${today}`;
      return [{ rule: 'suppression', severity: 'error', path, message, fix: 'mend what it hid, or set a new day' }];
    }
    if (!used.has(suppression)) {
      const message = `suppresses ${rule}, which has nothing to say here`;
      return [{ rule: 'suppression', severity: 'warning', path, message, fix: 'take it away' }];
    }
    return [];
  });
}
