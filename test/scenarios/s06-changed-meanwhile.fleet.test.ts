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

let house: ScenarioHarness
afterEach(() => house.stop())

const cancelled = async (server: string, hash: string) =>
  (await house.journal(`server_id=${server}&info_hash=${hash}`)).map(
    ({verb, phase, code, message}) => `${verb} ${phase} ${code} ${message}`,
  )

test('S06 who changes the category a moment before the removal keeps his torrent', async () => {
  house = await ScenarioHarness.start({
    servers: [withSpent({name: A, torrents: 100}, 2), {name: B, torrents: 20}],
    rules: [spent],
  })
  const both = [hashAt(A, 0), hashAt(A, 1)]
  house.afterRemoval(A, () => {
    for (const hash of both) if (house.holds(A, hash)) house.update(A, hash, {category: 'mine'})
  })
  await house.acting.until(
    HOUR,
    () => house.destroyed().length,
    (it) => it > 0,
  )
  await house.pass(5 * MINUTE)
  const left = both.find((hash) => house.holds(A, hash))!
  const gone = both.find((hash) => hash !== left)
  expect(house.destroyed()).toEqual([`${A} removeWithData ${gone}`])
  expect(await cancelled(A, left)).toEqual(['removeWithData refused changed_meanwhile changed:category'])
  const {verdict, rules} = await house.why(A, left)
  expect(verdict.says.text).toBe('Stays for good: no rule removes it.')
  expect(rules.map(({outcome}) => outcome)).toEqual(['outOfScope'])
  expect(await house.alerts()).toEqual([])
  await house.expectWell()
})

test('S06 what uploads, rests and waits by turns goes at its time, where its rule asks for none of that', async () => {
  const hash = hashAt(A, 0)
  const turns = [
    {state: 'seeding', upSpeed: 50_000},
    {state: 'seeding', upSpeed: 0},
    {state: 'queued', upSpeed: 0},
  ] as const
  let requests = 0
  house = await ScenarioHarness.start({
    servers: [withSpent({name: A, torrents: 100}, 1), {name: B, torrents: 20}],
    rules: [spent],
    // It is never as it was when somebody looked last.
    passing(server) {
      if (server !== A || !house?.holds(A, hash)) return
      house.update(A, hash, turns[requests++ % turns.length]!)
    },
  })
  await house.acting.until(
    HOUR,
    () => house.destroyed().length,
    (it) => it > 0,
  )
  expect(house.destroyed()).toEqual([`${A} removeWithData ${hash}`])
  expect(await cancelled(A, hash)).toEqual(['removeWithData confirmed null null'])
  await house.expectWell()
})

test('S07 a tag, label or custom1 "keep" that comes between decision and removal keeps a torrent on every kind of server', async () => {
  const [T, R] = ['Transmission-T', 'rTorrent-R']
  house = await ScenarioHarness.start({
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
    house.afterRemoval(server, () => {
      const left = of(server).filter((hash) => house.holds(server, hash))
      for (const hash of left) {
        if (house.torrent(server, hash).category !== 'spent') continue
        house.world(server).update(house.torrent(server, hash), {tags: [typed[server]!]}, 'labels')
      }
    })
  }
  await house.acting.until(
    HOUR,
    () => house.destroyed().length,
    (it) => it >= 3,
  )
  await house.pass(5 * MINUTE)
  expect(new Set(house.destroyed().map((it) => it.split(' ')[0]))).toEqual(new Set([A, R, T]))
  expect(house.destroyed()).toHaveLength(3)
  for (const server of [A, T, R]) {
    for (const hash of of(server).filter((it) => house.holds(server, it))) {
      if (house.torrent(server, hash).category !== 'spent') continue
      expect(await cancelled(server, hash)).toContain('remove refused changed_meanwhile changed:tags')
      expect(await house.ruleSays(server, hash, 'Spent')).toBe('Not removed: protected by you.')
    }
  }
  await house.expectWell()
})

test.runIf(isFull).each(
  some(1, [
    [
      'switched off',
      (id: string) => house.acting.api.send('PATCH', `/api/rules/${id}`, {mode: 'off'}),
      // Rules that are off say nothing.
      [],
    ],
    [
      'given a higher threshold',
      (id: string) =>
        house.acting.api.send('PUT', `/api/rules/${id}`, {
          rule: {...spent, id, mode: 'live', when: {...spent.when, value: 10}},
          confirm: true,
        }),
      ['Not removed with its data: ratio is 3, asked: at least 10 (7 left).'],
    ],
  ]),
)(
  'S10 a rule that is %s while five of its ten removals stand in line does these five no more',
  async (_how, change, why) => {
    house = await ScenarioHarness.start({
      servers: [withSpent({name: A, torrents: 1_000}, 10), {name: B, torrents: 200}],
    })
    const id = await house.rule(spent)
    house.afterRemoval(A, () => {
      if (house.destroyed().length === 5)
        house.acting.server(A).server.faults.add({kind: 'slowHead', ms: 10_000, path: 'export', count: 1})
    })
    await house.acting.until(
      HOUR,
      () => house.destroyed().length,
      (it) => it >= 5,
    )
    expect(house.destroyed()).toHaveLength(5)
    expect(await change(id)).toMatchObject({status: 200})
    await house.pass(10 * MINUTE)
    expect(house.destroyed()).toHaveLength(5)
    const entries = await house.journal(`rule_id=${id}`)
    const done = entries.filter(({outcome}) => outcome === 'done')
    const not = entries.filter(({outcome}) => outcome !== 'done')
    expect(done.map(({verb, decided}) => `${verb} ${decided!.rule_revision}`)).toEqual(
      Array.from({length: 5}, () => 'removeWithData 1'),
    )
    expect(not.map(({verb, phase, code, message}) => `${verb} ${phase} ${code} ${message}`)).toEqual(
      Array.from({length: 5}, () => 'removeWithData refused changed_meanwhile rule_revision'),
    )
    const {rules} = await house.why(A, not[0]!.info_hash!)
    expect(rules.map(({sentence}) => sentence)).toEqual(why)
    await house.expectWell()
  },
)

test.runIf(isFull)(
  'S07 on rTorrent, which has one text for category and tags, keep alone in custom1 protects',
  async () => {
    const R = 'rTorrent-R'
    house = await ScenarioHarness.start({
      servers: [{name: R, kind: 'rtorrent', torrents: 60}],
      rules: [{...spent, scope: {}, do: [{action: 'remove'}]}],
      settled: 0,
    })
    const [kept, gone] = ['keep', ''].map(
      (category, at) => house.put(R, 100 + at, {category, uploaded: 3e9}).hash,
    )
    await house.acting.until(
      2 * HOUR,
      () => house.destroyed().length,
      (it) => it > 0,
    )
    await house.pass(5 * MINUTE)
    expect(house.destroyed()).toEqual([`${R} remove ${gone}`])
    expect(await house.ruleSays(R, kept!, 'Spent')).toBe('Not removed: protected by you.')
    await house.expectWell()
  },
)
