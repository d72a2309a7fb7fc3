import type { Finding } from '../model/finding';
import { grouped } from '../model/grouped';
import type { System } from '../model/system';
import type { PlacedSuppression } from '../suppress';
import type { Rule } from './rule';

/**
 * What all rules have to say of a system, without what was accepted, sorted by place.
 *
 * @param today - as `2027-03-31`; a suppression holds until the end of its day
 */
export function evaluate(
  rules: readonly Rule[],
  system: System,
  suppressions: readonly PlacedSuppression[],
  today: string,
): Finding[] {
  const placed = grouped(suppressions, ({ rule, path }) => place(rule, path));
  const used = new Set<PlacedSuppression>();
  const findings = rules
    .flatMap((rule) => findingsOf(rule, system))
    .filter(({ rule, path }) => {
      const matching = placesAround(path).flatMap((outer) => placed.get(place(rule, outer)) ?? []);
      for (const suppression of matching) used.add(suppression);
      return !matching.some(({ until }) => until >= today);
    });
  return sorted([...findings, ...aboutSuppressions(suppressions, used, rules, today)]);
}

export function sorted(findings: readonly Finding[]): Finding[] {
  const keyed = findings.map((finding) => ({ finding, key: `${finding.path}\0${finding.rule}\0${finding.message}` }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ finding }) => finding);
}

/** Rules read objects that anybody may have patched. One that they cannot read is a finding, never a crash. */
function findingsOf(rule: Rule, system: System): Finding[] {
  try {
    return Array.from(rule.check(system), ({ path, message, fix, severity = rule.severity }) => {
      return { rule: rule.id, severity, path, message, fix };
    });
  } catch (error) {
    const path = system.objects.find((object) => isUnreadable(rule, { ...system, objects: [object] }))?.path ?? '';
    const message = `cannot be checked: ${(error as Error).message}`;
    return [{ rule: rule.id, severity: 'error', path, message, fix: 'in every field what Kubernetes expects there' }];
  }
}

function isUnreadable(rule: Rule, system: System): boolean {
  try {
    Array.from(rule.check(system));
    return false;
  } catch {
    return true;
  }
}

const place = (rule: string, path: string): string => `${rule}\n${path}`;

/** A path and all that it is in: `shop/orders/Deployment`, `shop/orders`, `shop` and the app. */
function placesAround(path: string): string[] {
  const steps = path.split('/');
  return [...steps.map((_, index) => steps.slice(0, steps.length - index).join('/')), ''];
}

function aboutSuppressions(
  suppressions: readonly PlacedSuppression[],
  used: ReadonlySet<PlacedSuppression>,
  rules: readonly Rule[],
  today: string,
): Finding[] {
  const names = rules.map(({ id }) => id);
  return suppressions.flatMap((suppression): Finding[] => {
    const { path, rule, until } = suppression;
    if (!names.includes(rule)) {
      const fix = `name one of ${names.join(', ')}`;
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
