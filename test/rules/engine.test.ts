import { suppress } from '../../lib';
import type { Finding } from '../../lib/model/finding';
import { findingsAsJson } from '../../lib/report/json';
import { findingsAsSarif } from '../../lib/report/sarif';
import { findingsAsText } from '../../lib/report/text';
import { rules } from '../../lib/rules/all-rules';
import { evaluate, sorted } from '../../lib/rules/engine';
import type { Rule } from '../../lib/rules/rule';
import { Shop, systemOfCalls } from '../support/rules';

const system = systemOfCalls([]);
const today = '2027-03-15';
const accepted = (path: string, until = '2027-03-31', rule = 'noise') => ({
  path,
  rule,
  until,
  reason: 'It may be so.',
});

/** A rule that always says the same of some places. */
const noise = (...paths: string[]): Rule => ({
  id: 'noise',
  severity: 'error',
  summary: 'Nothing is said.',
  check: () => paths.map((path) => ({ path, message: 'speaks', fix: 'be silent' })),
});

const brief = (findings: readonly Finding[]) =>
  findings.map(({ severity, path, rule, message }) => `${severity} [${path}] ${rule}: ${message}`);

describe('suppression', () => {
  test('accepts what a rule says of a construct and of all inside it', () => {
    const rule = noise('test/orders', 'test/orders/Deployment', 'test/orders-api', 'test');
    expect(brief(evaluate([rule], system, [accepted('test/orders')], today))).toEqual([
      'error [test] noise: speaks',
      'error [test/orders-api] noise: speaks',
    ]);
    expect(evaluate([rule], system, [accepted('')], today)).toEqual([]);
  });

  test('accepts only what the rule says that it names', () => {
    const other = { ...noise('test/orders'), id: 'other' };
    const findings = evaluate([noise('test/orders'), other], system, [accepted('test/orders')], today);
    expect(brief(findings)).toEqual(['error [test/orders] other: speaks']);
  });

  test('holds on its last day, and the day after is a finding beside what it hid', () => {
    expect(evaluate([noise('test')], system, [accepted('test', today)], today)).toEqual([]);
    expect(brief(evaluate([noise('test')], system, [accepted('test', '2027-03-14')], today))).toEqual([
      'error [test] noise: speaks',
      'error [test] suppression: the suppression of noise has expired: it held until 2027-03-14, today is 2027-03-15',
    ]);
  });

  test('of a rule that does not exist is an error, which names those that do', () => {
    const [finding] = evaluate([noise()], system, [accepted('test', today, 'nose')], today);
    expect(finding).toEqual({
      rule: 'suppression',
      severity: 'error',
      path: 'test',
      message: 'suppresses nose, which is no rule',
      fix: 'name one of noise',
    });
  });

  test('of what nobody says is a warning', () => {
    expect(brief(evaluate([noise()], system, [accepted('test')], today))).toEqual([
      'warning [test] suppression: suppresses noise, which has nothing to say here',
    ]);
  });

  test('stands at a construct of the program', () => {
    const shop = Shop.create();
    const reports = shop.add('reports', { replicas: 1 });
    suppress(reports, 'disruption-deadlock', { reason: 'May be away for a minute at night.', until: '9999-12-31' });
    expect((shop.node.root as unknown as { findings(): Finding[] }).findings()).toEqual([]);
  });

  test('wants a reason and a day', () => {
    const shop = Shop.create();
    expect(() => suppress(shop, 'noise', { reason: '', until: '2027-02-31x' })).toThrow(
      "'suppress.until': must be a day such as 2027-03-31",
    );
  });
});

test('sorts by place, rule and message, so that the same program says the same', () => {
  const finding = (path: string, rule: string, message: string): Finding => ({
    path,
    rule,
    message,
    severity: 'error',
  });
  const findings = [finding('b', 'x', '1'), finding('a', 'y', '2'), finding('a', 'x', '3'), finding('a', 'y', '1')];
  expect(sorted(findings).map(({ path, rule, message }) => `${path}${rule}${message}`)).toEqual([
    'ax3',
    'ay1',
    'ay2',
    'bx1',
  ]);
});

test('reports a rule that cannot read an object, names the object, and goes on with the others', () => {
  const object = (path: string) => ({
    path,
    environment: 'test',
    file: 'x',
    manifest: { apiVersion: 'v1', kind: 'X', metadata: { name: path } },
  });
  const broken: Rule = {
    ...noise(),
    id: 'broken',
    check: ({ objects }) => {
      if (objects.some(({ path }) => path === 'test/orders')) throw new TypeError('x is no list');
      return [];
    },
  };
  const two = { ...system, objects: [object('test/cart'), object('test/orders')] };
  expect(brief(evaluate([broken, noise('test')], two, [], today))).toEqual([
    'error [test] noise: speaks',
    'error [test/orders] broken: cannot be checked: x is no list',
  ]);
});

describe('the list of rules', () => {
  test('is in the order of their names, each once', () => {
    const ids = rules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  test('says in one sentence what must hold', () => {
    for (const { summary } of rules) expect(summary).toMatch(/^[A-Z][^\n]{20,200}\.$/);
  });
});

describe('a report', () => {
  const findings: Finding[] = [
    { rule: 'noise', severity: 'warning', path: 'test/orders', message: 'speaks', fix: 'be silent' },
    { rule: 'invalid', severity: 'error', path: 'test/cart', message: "'port': must be a number, got nothing" },
  ];

  test('for people has a paragraph for each', () => {
    expect(findingsAsText(findings)).toBe(
      [
        'warning [test/orders] noise: speaks',
        '        fix: be silent',
        "error   [test/cart] 'port': must be a number, got nothing",
      ].join('\n'),
    );
  });

  test('for programs has all fields', () => {
    expect(JSON.parse(findingsAsJson(findings))).toEqual({ findings });
  });

  test('for code hosts names rule, level, place and fix', () => {
    const { version, runs } = JSON.parse(findingsAsSarif(findings, rules));
    expect(version).toBe('2.1.0');
    expect(runs[0].tool.driver.rules.map(({ id }: Rule) => id)).toEqual(rules.map(({ id }) => id));
    expect(runs[0].results).toEqual([
      {
        ruleId: 'noise',
        level: 'warning',
        message: { text: 'speaks. Fix: be silent' },
        locations: [{ logicalLocations: [{ fullyQualifiedName: 'test/orders', kind: 'resource' }] }],
      },
      {
        ruleId: 'invalid',
        level: 'error',
        message: { text: "'port': must be a number, got nothing" },
        locations: [{ logicalLocations: [{ fullyQualifiedName: 'test/cart', kind: 'resource' }] }],
      },
    ]);
  });
});
