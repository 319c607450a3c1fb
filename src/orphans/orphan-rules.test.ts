import {mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import type {RememberedMount} from '#disk/mounts.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {SubjectName} from '#model/decision.ts'
import {orphanIn, orphanKey, type OrphanReport} from '#model/orphans.ts'
import type {Rule} from '#model/rule.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {SteadyTime} from './fleet-claims.ts'
import {OrphanRules} from './orphan-rules.ts'

const about = (more: Readonly<Record<string, unknown>> = {}): Rule =>
  aRule({
    subject: 'path',
    when: {fact: 'path.fileAge', op: 'gte', value: '7d'},
    do: [{action: 'orphan.recycle'}],
    ...more,
  })

/** A look found a file that is ten days old and one that is two; what rules want of them, by name. */
async function harness(...rules: readonly Rule[]) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-path-rules-')))
  onTestFinished(() => rm(root, {recursive: true, force: true}))
  await writeFile(join(root, 'old'), '12345')
  const clock = new VirtualClock(Date.UTC(2026, 2, 1, 12))
  const orphan = (id: string, days: number) => ({
    id,
    path: join(root, id),
    isFolder: false,
    files: 1,
    bytes: 5,
    seenSince: 0,
    deletableAt: 0,
    changedAt: clock.now() - days * DAY * 1_000,
  })
  const folder = {path: root, serverIds: [], held: null, claimed: 4, orphans: 2, spared: 0, bytes: 10}
  const world = {
    rules,
    report: {
      startedAt: 0,
      endedAt: clock.now(),
      folders: [folder],
      spared: [],
      orphans: [orphan('old', 10), orphan('newer', 2)],
      leftOff: {orphans: 0, spared: 0},
    } as OrphanReport | null,
    restored: [] as object[],
    mounts: new Map<string, RememberedMount>(),
    isQueueBroken: false,
  }
  const reported: string[][] = []
  const logged: string[] = []
  let goesOn: (name: SubjectName) => boolean = () => false
  const orphanRules = new OrphanRules({
    clock,
    turns: new TimeSlice(),
    time: new SteadyTime(clock),
    timeZone: 'UTC',
    mounted: new MountedDisks(new Patience(systemClock), world.mounts),
    log: {error: (_, text) => void logged.push(text)},
    watch: {
      state: () => ({isLooking: false, progress: null, report: world.report, nextAt: 0}),
      unclaimedFor: () => HOUR,
    },
    rules: () => world.rules.map((rule) => ({rule, access: {} as never})),
    repository: {
      all: () => world.restored.map((it) => ({verb: 'orphan.recycle', state: 'restored', ...it}) as never),
    },
    quarantines: {
      keep: async (_, isUnknown) => {
        goesOn = ({key}) =>
          isUnknown({ruleId: rules[0]!.id, ruleRevision: 1, subject: {kind: 'path', key, serverId: null}})
      },
    },
  })
  orphanRules.onDecided(async (decisions) => {
    if (world.isQueueBroken) throw new Error('The queue is broken.')
    reported.push(decisions.map(({ruleId, subject}) => `${ruleId} ${orphanIn(subject.key).id}`))
  })
  const named = (id: string): SubjectName => ({
    kind: 'path',
    key: orphanKey({id, path: join(root, id)}),
    serverId: null,
  })
  return {
    root,
    clock,
    world,
    orphanRules,
    reported,
    logged,
    named,
    folder,
    goesOn: (id: string) => goesOn(named(id)),
  }
}

test('what a rule about paths wants is reported after a look, and rules about torrents want nothing here', async () => {
  const {orphanRules, reported} = await harness(
    about(),
    aRule({id: 'torrents'}),
    about({id: 'off', mode: 'off'}),
  )
  await orphanRules.pass()
  expect(reported).toEqual([['done old']])
})

test('before the first look nothing is evaluated, and a queue that fails is reported and tried again', async () => {
  const {orphanRules, reported, logged, world} = await harness(about())
  const {report} = world
  world.report = null
  await orphanRules.pass()
  expect(reported).toEqual([])
  Object.assign(world, {report, isQueueBroken: true})
  await orphanRules.pass()
  expect(logged).toEqual(['rules about paths could not be evaluated'])
  world.isQueueBroken = false
  await orphanRules.pass()
  expect(reported).toEqual([['done old']])
})

test('between looks it is evaluated every ten minutes, within the hours of a rule, and not after its end', async () => {
  const evening = about({schedule: {window: {from: '12:15', to: '13:00'}}})
  const {orphanRules, reported, clock} = await harness(evening)
  orphanRules.start()
  await clock.advance(10 * MINUTE * 1_000)
  await orphanRules.pass()
  expect(reported.flat()).toEqual([])
  await clock.advance(10 * MINUTE * 1_000)
  await orphanRules.pass()
  expect(reported.flat()).toContain('done old')
  const count = reported.length
  await orphanRules.stop()
  await clock.advance(HOUR * 1_000)
  expect(reported).toHaveLength(count)
})

test('a disk that is another one, or gone, lets nothing be decided, and what waits there goes on', async () => {
  const {root, orphanRules, reported, world, goesOn, named, folder} = await harness(about())
  await orphanRules.pass()
  expect([reported.at(-1), goesOn('old')]).toEqual([['done old'], false])
  await rm(root, {recursive: true})
  await orphanRules.pass()
  expect([reported.at(-1), goesOn('old')]).toEqual([[], true])
  expect(() => orphanRules.explain(named('old'))).toThrow('not looked')
  world.report = {
    ...world.report!,
    orphans: [],
    folders: [{...folder, held: {why: 'kept', detail: '', missing: []}}],
  }
  await orphanRules.pass()
  expect([reported.at(-1), goesOn('old')]).toEqual([[], true])
})

test('what waits goes on while its rule is not asked, and not when it is gone', async () => {
  const {orphanRules, world, goesOn, clock} = await harness(about({schedule: {every: '1h'}}))
  await orphanRules.pass()
  await clock.advance(MINUTE * 1_000)
  await orphanRules.pass()
  expect(goesOn('newer')).toBe(true)
  await clock.advance(HOUR * 1_000)
  await orphanRules.pass()
  expect(goesOn('newer')).toBe(false)
  world.rules = []
  await orphanRules.pass()
  expect(goesOn('newer')).toBe(false)
})

test('it is explained as long as it is in the list, and says what a user brought back', async () => {
  const {root, orphanRules, world, named} = await harness(about())
  await orphanRules.pass()
  expect(orphanRules.explain(named('old'))?.rules).toMatchObject([{ruleId: 'done', outcome: 'due'}])
  expect(orphanRules.explain(named('newer'))?.rules).toMatchObject([{outcome: 'no'}])
  expect(orphanRules.explain(named('gone'))).toBeNull()
  const isBack = () =>
    orphanRules.readers.reader('memory.protected', null)(orphanRules.subject(named('old'))!)
  expect(isBack()).toBe(false)
  world.restored.push({name: join(root, 'old')})
  expect(isBack()).toBe(true)
  // What came back without its torrent: the files that it had, in whatever folder they are listed.
  const back = (from: string, more = {}) => {
    const resume = {plan: {root, files: [{from, to: '1', inode: '1', size: 1}]}}
    world.restored = [{verb: 'recycle', name: 'Some torrent', resume, ...more}]
    return isBack()
  }
  expect(back('old')).toBe(true)
  expect(back('old/season/a.mkv')).toBe(true)
  expect(back('older/a.mkv')).toBe(false)
  expect(back('old', {state: 'kept'})).toBe(false)
})
