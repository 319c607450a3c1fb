/** Rules about files that nobody claims: the whole program, two servers on one disk, real files. */
import {linkSync, mkdirSync} from 'node:fs'
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {OrphanHarness} from './orphan-harness.fixture.ts'
import {A, B, DAY, HOUR, MINUTE} from './scenario-harness.fixture.ts'

let disk: OrphanHarness
afterEach(() => disk.stop())

const lost = {
  name: 'Set orphans aside',
  subject: 'path',
  reason: 'orphaned',
  when: {
    all: [
      {fact: 'path.fileAge', op: 'gte', value: '10d'},
      {fact: 'path.fileClaimed', op: 'eq', value: false},
    ],
  },
  do: [{action: 'orphan.recycle', days: 30}],
}
const sum = {count: 1, bytes: 'films/Lost/film.mkv'.length}

interface Trashed {
  readonly id: string
  readonly name: string
  readonly rule: {readonly id: string} | null
  readonly set_aside_at: number
  readonly until: number
}
const trashed = async () =>
  (await disk.harness.acting.api.get<{items: readonly Trashed[]}>('/api/trash')).items
const preview = async (rule: object) =>
  (await disk.harness.acting.api.send('POST', '/api/rules/preview', {rule: {...rule, id: 'own'}})).body

test.runIf(isFull)(
  'S09 a live rule moves exactly what is old and orphaned, when it stayed so for a day, and not again what came back',
  async () => {
    disk = await OrphanHarness.start()
    for (const name of ['Lost', 'Claimed']) disk.write(`films/${name}/film.mkv`, 12)
    disk.write('films/Newer/film.mkv', 3)
    mkdirSync(disk.pathOf('films/Linked'))
    linkSync(disk.write('library/linked.mkv', 12), disk.pathOf('films/Linked/film.mkv'))
    disk.write('films/Kept/film.mkv', 12)
    disk.write('films/Kept/.commodarr-keep', 12)
    const id = await disk.harness.rule(lost)
    expect(disk.namesOf(await disk.look())).toEqual(['films/Claimed', 'films/Lost', 'films/Newer'])
    const there = () => ['Lost', 'Claimed', 'Newer', 'Linked', 'Kept', 'Film 00'].map(isThere)
    const isThere = (name: string) => disk.isThere(`films/${name}/film.mkv`)
    await disk.harness.pass(23 * HOUR)
    expect([there().includes(false), disk.setAside()]).toEqual([false, []])
    expect(await disk.lines()).toEqual([
      'orphan.recycle blocked in_quarantine',
      'orphan.recycle blocked in_quarantine',
    ])

    // Its day is over while nobody can say whose it is: it waits, and goes on from there.
    disk.claims(B, 10, 'Claimed')
    await disk.harness.away(B)
    await disk.harness.pass(2 * HOUR)
    expect([there().includes(false), disk.setAside()]).toEqual([false, []])
    await disk.harness.back(B)
    await disk.harness.pass(15 * MINUTE)
    await disk.look()
    await disk.harness.pass(15 * MINUTE)
    expect([there(), disk.setAside()]).toEqual([[false, true, true, true, true, true], ['1 film.mkv']])

    const entries = await disk.harness.journal('subject=path')
    const done = entries.find(({verb, phase}) => verb === 'orphan.recycle' && phase === 'confirmed')!
    expect(done).toMatchObject({
      rule_id: id,
      actor: lost.name,
      origin: 'rule',
      name: disk.pathOf('films/Lost'),
      args: {files: 1},
    })
    expect(done.decided!.guards).toContainEqual(
      expect.objectContaining({guard: 'quarantine', verdict: 'pass'}),
    )
    const item = (await trashed()).find(({name}) => name === disk.pathOf('films/Lost'))!
    expect([item.rule?.id, item.until - item.set_aside_at]).toEqual([id, 30 * DAY * 1_000])

    await disk.harness.acting.api.send('POST', `/api/trash/${item.id}/restore`)
    await disk.look()
    await disk.harness.pass(15 * MINUTE)
    expect([isThere('Lost'), (await disk.lines()).at(-1)]).toEqual([
      true,
      'orphan.recycle blocked brought_back',
    ])
    expect([disk.harness.verbs(A), disk.harness.verbs(B)]).toEqual([[], []])
    await disk.harness.expectWell()
  },
)

test.runIf(isFull)(
  'S09 a rule that wants more than its share of a folder stops there until a user looked; one that deletes does so after a day',
  async () => {
    disk = await OrphanHarness.start()
    for (let n = 0; n < 6; n++) disk.write(`films/Lost ${n}/film.mkv`, 12)
    disk.write('films/Waste/film.mkv', 3)
    const id = await disk.harness.rule(lost)
    const isWaste = {fact: 'path.name', op: 'eq', value: 'Waste'}
    await disk.harness.rule({...lost, name: 'Waste', when: isWaste, do: [{action: 'orphan.delete'}]})
    await disk.look()
    await disk.harness.pass(DAY + 2 * HOUR)
    expect([
      disk.isThere('films/Waste'),
      await disk.harness.lines('verb=orphan.delete&outcome=done'),
    ]).toEqual([false, ['orphan.delete confirmed']])
    expect([disk.setAside().length, await disk.harness.suspended(id)]).toEqual([3, 'maxShare'])
    expect(await disk.harness.alerts()).toEqual([`suspended ${lost.name} maxShare`])
    await disk.harness.pass(HOUR)
    expect([disk.setAside().length, disk.isThere('films/Film 00/film.mkv')]).toEqual([3, true])
  },
)

test('S09 a rule that only simulates touches nothing, and a preview shows what is left, and why', async () => {
  disk = await OrphanHarness.start()
  disk.write('films/Lost/film.mkv', 12)
  disk.write('films/Newer/film.mkv', 3)
  disk.write('films/Young/film.mkv', 0.5)
  await disk.harness.rule({...lost, mode: 'simulate', do: [{action: 'orphan.delete'}]})
  await disk.look()
  expect(await preview(lost)).toMatchObject({
    looked: 2,
    matched: sum,
    would_act: sum,
    blocked: {count: 0},
    unknown: {count: 0},
    left: [{why: 'young', count: 1}],
    servers: [],
    trackers: [],
    folders: [{name: disk.pathOf('films'), ...sum}],
    rows: [{server_id: null, info_hash: null, name: disk.pathOf('films/Lost'), size: sum.bytes}],
  })
  await disk.harness.pass(15 * MINUTE)
  expect([disk.isThere('films/Lost/film.mkv'), disk.setAside()]).toEqual([true, []])
  expect(await disk.lines()).toEqual(['orphan.delete refused simulated'])
})

test('S08 S09 a rule that asks moves what a user said yes to and nothing else, and nothing of another disk', async () => {
  disk = await OrphanHarness.start()
  for (const name of ['Lost', 'Other', 'Changed', 'Last']) disk.write(`films/${name}/film.mkv`, 12)
  await disk.harness.rule({...lost, mode: 'ask'})
  await disk.look()
  await disk.harness.pass(20 * MINUTE)
  const {api} = disk.harness.acting
  const {approvals} = await api.get<{approvals: readonly {id: string; subject: string; name: string}[]}>(
    '/api/approvals',
  )
  const asked = (name: string) => approvals.find((it) => it.name === disk.pathOf(`films/${name}`))!
  expect(approvals.map(({subject}) => subject)).toEqual(['path', 'path', 'path', 'path'])
  disk.write('films/Changed/more.mkv', 12)
  await api.send('POST', `/api/approvals/${asked('Other').id}/decline`)
  for (const name of ['Lost', 'Changed'])
    expect((await api.send('POST', `/api/approvals/${asked(name).id}/approve`)).status).toBe(204)
  await disk.harness.pass(10 * MINUTE)
  expect(['Lost', 'Other', 'Changed'].map((it) => disk.isThere(`films/${it}/film.mkv`))).toEqual([
    false,
    true,
    true,
  ])
  disk.unmount()
  disk.write('films/Last/film.mkv', 12)
  await api.send('POST', `/api/approvals/${asked('Last').id}/approve`)
  await disk.harness.pass(10 * MINUTE)
  expect([disk.isThere('films/Last/film.mkv'), disk.setAside()]).toEqual([true, []])
  await disk.harness.expectWell()
})
