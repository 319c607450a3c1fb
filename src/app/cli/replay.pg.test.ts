import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, inject, test, vi} from 'vitest'
import {rowOf} from '#journal/rows.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {ruleRowOf} from '#registry/rules/own-rule.ts'
import {compileRule} from '#rules/compiled-rule.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {world, type Row} from '#rules/world.fixture.ts'
import {appendRows} from '#store/repositories/journal.ts'
import {insertRuleRevision} from '#store/repositories/rules.ts'
import {postgresTestDatabases, type TestDatabase} from '#test/store/postgres-test-databases.ts'
import {takeDatabase} from '../database.ts'
import {replay} from './replay.ts'

const config = `
[qBit]
Host = "localhost"
UserName = "a"
Password = "b"

[Radarr-4K]
Managed = true
URI = "http://radarr:7878"
APIKey = "0123456789abcdef0123456789abcdef"
Category = "films"

[Radarr-4K.Torrent.SeedingMode]
MaxUploadRatio = 2
MaxSeedingTime = 600
RemoveTorrent = 1
`
const HOUR = 3_600_000
const hash = asInfoHash('a'.repeat(40))!
const out: string[] = []
const voice = {print: (line: string) => out.push(line), complain: (line: string) => out.push(`! ${line}`)}
let root: string
let databases: TestDatabase[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'commodarr-replay-test-'))
  writeFileSync(join(root, 'config.toml'), config)
  databases = []
  out.length = 0
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const database of databases) await database.drop()
  rmSync(root, {recursive: true, force: true})
})

const options = () => ({config: join(root, 'config.toml'), data: join(root, 'data')})
const run = (rule?: string, days = 30) => replay({rule, days}, options(), voice)
const seeded = (ratio: number) => aRule({id: 'mine', when: {fact: 'ratio', op: 'gte', value: ratio}})
const row: Row = {key: 'qBit/a', ratio: 2.5}

/** The first line of what a rule did, so many hours ago. */
function lineOf(rule: Rule, ruleId: string, hoursAgo: number, name: string) {
  const at = Date.now() - hoursAgo * HOUR
  return rowOf({
    id: `${ruleId}-${at}`,
    at,
    name,
    hash,
    subject: 'torrent',
    serverId: asServerId('qBit'),
    args: {},
    actor: {name: 'rule', origin: 'rule', userId: null, address: null},
    verb: 'remove',
    phase: 'intended',
    ruleId: ruleId as RuleId,
    decided: {
      ruleRevision: 1,
      mode: 'live',
      reason: 'conditionTrue',
      action: 'remove',
      class: 'destructive',
      bytes: null,
      omitted: 0,
      hold: null,
      guards: [],
      preconditions: [],
      evidence: compileRule(rule, world).when.trace(row),
    },
  })
}

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  test(`${kind}: what would be decided otherwise by now is listed, while the program runs`, async () => {
    if (kind === 'PostgreSQL') {
      databases.push(await postgresTestDatabases(inject('postgresUrl')).borrow())
      vi.stubEnv('DATABASE_URL', databases[0]!.url)
    }
    const url = process.env['DATABASE_URL'] ?? null
    const store = await takeDatabase({dataFolder: options().data, url, say: () => {}, lockMs: 0})
    try {
      const about = {ownerId: null, createdAt: 1, revisedBy: 'Ada', ceiling: null, now: 1}
      await store.write(async (db) => {
        await insertRuleRevision(db, ruleRowOf(seeded(3), about))
        const lines = [
          lineOf(seeded(1), 'mine', 1_000, 'Old'),
          lineOf(seeded(1), 'mine', 3, 'Film'),
          lineOf(seeded(1), 'gone', 2, 'Series'),
          lineOf(seeded(1), 'radarr-4k.seeded', 1, 'More'),
        ]
        await appendRows(db, lines)
      })
      expect(await run()).toBe(0)
    } finally {
      await store.close()
    }
    expect(out[0]).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}mine {2}remove {2}Film on qBit: ratio is 2\.5, asked: at least 3 \(0\.5 left\)$/,
    )
    expect(out[1]).toMatch(/ {2}gone {2}remove {2}Series on qBit: there is no such rule any more$/)
    expect(out[2]).toMatch(/ {2}radarr-4k\.seeded {2}remove {2}More on qBit: .*was not recorded/)
    expect(out.slice(3)).toEqual([
      '3 decisions in the last 30 days:',
      '  1 that would not be made',
      '  1 of rules that are gone',
      '  1 that cannot be evaluated, because today’s rules need facts that were not recorded',
    ])
  })
}

test('of one rule, and as far back as is asked', async () => {
  const store = await takeDatabase({dataFolder: options().data, url: null, say: () => {}, lockMs: 0})
  const lines = [lineOf(seeded(1), 'mine', 1_000, 'Old'), lineOf(seeded(1), 'gone', 2, 'Series')]
  await store.write((db) => appendRows(db, lines))
  await store.close()
  expect(await run('mine')).toBe(0)
  expect(out.splice(0)).toEqual(['0 decisions of mine in the last 30 days.'])
  expect(await run('mine', 60)).toBe(0)
  expect(out.at(-2)).toBe('1 decision of mine in the last 60 days:')
})

test('a rule that never was is no rule without decisions', async () => {
  const store = await takeDatabase({dataFolder: options().data, url: null, say: () => {}, lockMs: 0})
  await store.close()
  expect(await run('radar-4k.seeded')).toBe(2)
  expect(out.splice(0)).toEqual(['! There is no rule "radar-4k.seeded". Did you mean "radarr-4k.seeded"?'])
  expect(await run('radarr-4k.seeded')).toBe(0)
  expect(out).toEqual(['0 decisions of radarr-4k.seeded in the last 30 days.'])
})

test('without a database there is nothing to evaluate, and none is made', async () => {
  expect(await run()).toBe(2)
  expect(out).toEqual([expect.stringContaining('There is no database in ')])
})
