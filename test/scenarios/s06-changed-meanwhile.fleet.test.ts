/**
 * What people change between the decision and its execution. Ten removals stand in line on a server: after one of them
 * somebody does something about the others. Forty torrents and more, so that ten are no too great a share of them.
 */
import {afterEach, expect, test} from 'vitest'
import {isFull, some} from '#test/proof.ts'
import {A, B, hashAt, HOUR, MINUTE, ScenarioHarness, type ScenarioServer} from './scenario-harness.fixture.ts'

const spent = {
  name: 'Spent',
  reason: 'seedingDone',
  scope: {categories: ['spent']},
  when: {fact: 'ratio', op: 'gte', value: 2},
  hold: {for: '40m'},
  do: [{action: 'removeWithData'}],
}

/** The first so many of a server are to go. */
const withSpent = (server: Omit<ScenarioServer, 'each'>, count: number): ScenarioServer => ({
  ...server,
  each: (index) => (index < count ? {category: 'spent', uploaded: 3e9} : {}),
})

let harness: ScenarioHarness
afterEach(() => harness.stop())

const cancelled = async (server: string, hash: string) =>
  (await harness.journal(`server_id=${server}&info_hash=${hash}`)).map(
    ({verb, phase, code, message}) => `${verb} ${phase} ${code} ${message}`,
  )

test('S06 a user who changes the category a moment before the removal keeps their torrent', async () => {
  harness = await ScenarioHarness.start({
    servers: [withSpent({name: A, torrents: 100}, 2), {name: B, torrents: 20}],
    rules: [spent],
  })
  const both = [hashAt(A, 0), hashAt(A, 1)]
  harness.afterRemoval(A, () => {
    for (const hash of both) if (harness.holds(A, hash)) harness.update(A, hash, {category: 'mine'})
  })
  await harness.acting.until(
    HOUR,
    () => harness.destroyed().length,
    (it) => it > 0,
  )
  await harness.pass(5 * MINUTE)
  const left = both.find((hash) => harness.holds(A, hash))!
  const gone = both.find((hash) => hash !== left)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${gone}`])
  expect(await cancelled(A, left)).toEqual([
    'removeWithData refused changed_meanwhile It was decided on something that is not so any more (category).',
  ])
  const {verdict, rules} = await harness.why(A, left)
  expect(verdict.says.text).toBe('Stays for good: no rule removes it.')
  expect(rules.map(({outcome}) => outcome)).toEqual(['outOfScope'])
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})

test('S06 what uploads, rests and waits by turns goes at its time, where its rule asks for none of that', async () => {
  const hash = hashAt(A, 0)
  const turns = [
    {state: 'seeding', upSpeed: 50_000},
    {state: 'seeding', upSpeed: 0},
    {state: 'queued', upSpeed: 0},
  ] as const
  let requests = 0
  harness = await ScenarioHarness.start({
    servers: [withSpent({name: A, torrents: 100}, 1), {name: B, torrents: 20}],
    rules: [spent],
    // It is never as it was when somebody looked last.
    passing(server) {
      if (server !== A || !harness?.holds(A, hash)) return
      harness.update(A, hash, turns[requests++ % turns.length]!)
    },
  })
  await harness.acting.until(
    HOUR,
    () => harness.destroyed().length,
    (it) => it > 0,
  )
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${hash}`])
  expect(await cancelled(A, hash)).toEqual(['removeWithData confirmed null null'])
  await harness.expectWell()
})

test('S07 a tag, label or custom1 "keep" that comes between decision and removal keeps a torrent on every kind of server', async () => {
  const [T, R] = ['Transmission-T', 'rTorrent-R']
  harness = await ScenarioHarness.start({
    servers: [
      withSpent({name: A, torrents: 60}, 2),
      withSpent({name: T, kind: 'transmission', torrents: 1_000}, 2),
      withSpent({name: R, kind: 'rtorrent', torrents: 60}, 3),
    ],
    // Without the data, which rTorrent cannot delete by itself.
    rules: [{...spent, do: [{action: 'remove'}]}],
  })
  // As people type it; qBittorrent takes the blanks away itself.
  const typed: Readonly<Record<string, string>> = {[A]: 'Keep', [T]: ' KEEP ', [R]: 'ｋｅｅｐ\u00a0'}
  const of = (server: string) => [0, 1, 2].map((index) => hashAt(server, index))
  for (const server of [A, T, R]) {
    harness.afterRemoval(server, () => {
      const left = of(server).filter((hash) => harness.holds(server, hash))
      for (const hash of left) {
        if (harness.torrent(server, hash).category !== 'spent') continue
        harness.world(server).update(harness.torrent(server, hash), {tags: [typed[server]!]}, 'labels')
      }
    })
  }
  await harness.acting.until(
    HOUR,
    () => harness.destroyed().length,
    (it) => it >= 3,
  )
  await harness.pass(5 * MINUTE)
  expect(new Set(harness.destroyed().map((it) => it.split(' ')[0]))).toEqual(new Set([A, R, T]))
  expect(harness.destroyed()).toHaveLength(3)
  for (const server of [A, T, R]) {
    for (const hash of of(server).filter((it) => harness.holds(server, it))) {
      if (harness.torrent(server, hash).category !== 'spent') continue
      expect(await cancelled(server, hash)).toContain(
        'remove refused changed_meanwhile It was decided on something that is not so any more (tags).',
      )
      expect(await harness.ruleSays(server, hash, 'Spent')).toBe('Not removed: protected by you.')
    }
  }
  await harness.expectWell()
})

test.runIf(isFull).each(
  some(1, [
    [
      'switched off',
      (id: string) => harness.acting.api.send('PATCH', `/api/rules/${id}`, {mode: 'off'}),
      // Rules that are off say nothing.
      [],
    ],
    [
      'given a higher threshold',
      (id: string) =>
        harness.acting.api.send('PUT', `/api/rules/${id}`, {
          rule: {...spent, id, mode: 'live', when: {...spent.when, value: 10}},
          confirm: true,
        }),
      ['Not removed with its data: ratio is 3, asked: at least 10 (7 left).'],
    ],
  ]),
)(
  'S10 a rule that is %s while five of its ten removals stand in line does these five no more',
  async (_how, change, why) => {
    harness = await ScenarioHarness.start({
      servers: [withSpent({name: A, torrents: 1_000}, 10), {name: B, torrents: 200}],
    })
    const id = await harness.rule(spent)
    harness.afterRemoval(A, () => {
      if (harness.destroyed().length === 5)
        harness.acting.server(A).server.faults.add({kind: 'slowHead', ms: 10_000, path: 'export', count: 1})
    })
    await harness.acting.until(
      HOUR,
      () => harness.destroyed().length,
      (it) => it >= 5,
    )
    expect(harness.destroyed()).toHaveLength(5)
    expect(await change(id)).toMatchObject({status: 200})
    await harness.pass(10 * MINUTE)
    expect(harness.destroyed()).toHaveLength(5)
    const entries = await harness.journal(`rule_id=${id}`)
    const done = entries.filter(({outcome}) => outcome === 'done')
    const not = entries.filter(({outcome}) => outcome !== 'done')
    expect(done.map(({verb, decided}) => `${verb} ${decided!.rule_revision}`)).toEqual(
      Array.from({length: 5}, () => 'removeWithData 1'),
    )
    expect(not.map(({verb, phase, code, message}) => `${verb} ${phase} ${code} ${message}`)).toEqual(
      Array.from(
        {length: 5},
        () => 'removeWithData refused changed_meanwhile Its rule was changed, switched off or removed.',
      ),
    )
    const {rules} = await harness.why(A, not[0]!.info_hash!)
    expect(rules.map(({sentence}) => sentence)).toEqual(why)
    await harness.expectWell()
  },
)

test.runIf(isFull)(
  'S07 on rTorrent, which has one text for category and tags, keep alone in custom1 protects',
  async () => {
    const R = 'rTorrent-R'
    harness = await ScenarioHarness.start({
      servers: [{name: R, kind: 'rtorrent', torrents: 60}],
      rules: [{...spent, scope: {}, do: [{action: 'remove'}]}],
      settled: 0,
    })
    const [kept, gone] = ['keep', ''].map(
      (category, at) => harness.put(R, 100 + at, {category, uploaded: 3e9}).hash,
    )
    await harness.acting.until(
      2 * HOUR,
      () => harness.destroyed().length,
      (it) => it > 0,
    )
    await harness.pass(5 * MINUTE)
    expect(harness.destroyed()).toEqual([`${R} remove ${gone}`])
    expect(await harness.ruleSays(R, kept!, 'Spent')).toBe('Not removed: protected by you.')
    await harness.expectWell()
  },
)
