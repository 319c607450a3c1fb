/** Bounds of look-ups, and what looks at servers mean. What disks tell is in `src/lookups/content-links.test.ts`. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {
  A,
  B,
  file,
  films,
  keyOf,
  LookUpHarness,
  row,
  series,
  tracker,
  unreachable,
} from '#lookups/look-ups.fixture.ts'
import {asUserId} from '#model/access.ts'
import type {FactName} from '#model/fact.ts'
import type {FileRulesReport} from '#model/manager.ts'
import type {TorrentPatch, TorrentState} from '#model/torrent.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'

const working = [tracker('https://a.example.org/x', 'working')]
const rows = (count: number) => Array.from({length: count}, (_, n) => row(n))

function harness(count = 3): LookUpHarness {
  const made = new LookUpHarness()
  made.list(A, rows(count))
  return made
}

/** The answer to one fact, once everything is settled. */
async function valueOf(made: LookUpHarness, fact: FactName, answer: unknown): Promise<unknown> {
  const asked = made.lookUps.ask(films, keyOf(A, 1), [fact])
  await made.answer(answer)
  const [reported] = await asked
  return reported!.value ?? reported!.whyUnknown!.reason
}

/* ───────────────────────────── how many ───────────────────────────── */

for (const [kind, atOnce, perMinute] of [
  ['qbittorrent', 2, 120],
  ['transmission', 1, 60],
  ['rtorrent', 1, 60],
] as const) {
  test(`of ${kind} ${atOnce} at a time and ${perMinute} in a minute are asked`, async () => {
    const made = new LookUpHarness()
    made.kinds.set(A, kind)
    made.list(A, rows(200))
    for (let n = 0; n < 200; n++) void made.lookUps.ask(films, keyOf(A, n), ['tracker.classes'])
    await made.clock.advance(0)
    expect(made.pending).toHaveLength(atOnce)
    for (let n = 0; n < perMinute; n++) await made.answer(working)
    expect(made.asked).toHaveLength(perMinute)
    await made.clock.advance(59_000)
    expect(made.asked).toHaveLength(perMinute)
    await made.clock.advance(1_100)
    expect(made.asked).toHaveLength(perMinute + atOnce)
  })
}

/** Some moment. */
const T = 1_700_000_000_000

test('one server that hangs holds up no other one', async () => {
  const made = harness(3)
  made.list(B, rows(1))
  for (let n = 0; n < 3; n++) void made.lookUps.ask(films, keyOf(A, n), ['tracker.classes'])
  void made.lookUps.ask(films, keyOf(B, 0), ['tracker.classes'])
  await made.clock.advance(0)
  expect(made.pending.map(({what}) => what[9])).toEqual(['A', 'A', 'B'])
})

test('managers take turns: who asks for one waits behind two, not behind fifty', async () => {
  const made = harness(60)
  for (let n = 0; n < 50; n++) void made.lookUps.ask(films, keyOf(A, n), ['tracker.classes'])
  void made.lookUps.ask(series, keyOf(A, 55), ['tracker.classes'])
  for (let n = 0; n < 3; n++) await made.answer(working)
  expect(made.asked.slice(0, 5)).toContain(`trackers A/${keyOf(A, 55).hash}`)
})

test('more than 500 of one manager do not wait: they have to come again', async () => {
  const made = harness(600)
  const asked = rows(600).map((_, n) => made.lookUps.ask(films, keyOf(A, n), ['tracker.classes']))
  const [last] = await asked.at(-1)!
  expect(last!.whyUnknown).toMatchObject({reason: 'notRead'})
  expect(made.asked).toHaveLength(2)
})

test('the same question is asked once, and everybody gets its answer', async () => {
  const made = harness()
  const both = Promise.all(
    [films, series].map((by) => made.lookUps.ask(by, keyOf(A, 1), ['tracker.classes'])),
  )
  await made.answer(working)
  expect((await both).map(([reported]) => reported!.value)).toEqual([['working'], ['working']])
  expect(made.asked).toHaveLength(1)
})

/* ───────────────────────────── how long ───────────────────────────── */

test('what trackers said is kept for a minute', async () => {
  const made = harness()
  await valueOf(made, 'tracker.classes', working)
  await made.clock.advance(59_000)
  const [kept] = await made.lookUps.ask(films, keyOf(A, 1), ['tracker.classes'])
  expect(kept).toMatchObject({value: ['working'], keptMs: 1_000, at: made.clock.now() - 59_000})
  await made.clock.advance(1_000)
  expect(await valueOf(made, 'tracker.classes', [tracker('https://a.example.org/x', 'unreachable')])).toEqual(
    ['temporary'],
  )
})

test('its trackers are those that it asks, each host once, whatever they say', async () => {
  const made = harness()
  const said = [
    tracker('https://b.example.org/passkey/announce', 'unreachable', 'No such host is known'),
    tracker('udp://A.Example.org:80/x', 'waiting'),
    tracker('https://b.example.org/other', 'error', 'Unregistered torrent'),
    tracker('https://c.example.org/x', 'disabled', 'gone'),
    tracker('** [DHT] **', 'working'),
  ]
  expect(await valueOf(made, 'tracker.hosts', said)).toEqual(['a.example.org', 'b.example.org'])
  await made.clock.advance(60_000)
  expect(await valueOf(made, 'tracker.hosts', [])).toEqual([])
})

test('the words of trackers come with their hosts, none of one that works, and are kept for a quarter of an hour', async () => {
  const made = harness()
  const said = [
    tracker('https://a.example.org/passkey/announce', 'unreachable', 'No such host is known'),
    tracker('udp://b.example.org:80/x', 'working', 'upgrade your client'),
    tracker('https://c.example.org/x', 'disabled', 'gone'),
    tracker('** [DHT] **', 'working'),
  ]
  const words = ['a.example.org: No such host is known', 'b.example.org: ']
  expect(await valueOf(made, 'tracker.messages', said)).toEqual(words)
  const [kept] = await made.lookUps.ask(films, keyOf(A, 1), ['tracker.messages'])
  expect(kept).toMatchObject({value: words, keptMs: 15 * 60_000})
})

const failing = (message: string) => tracker('https://a.example.org/x', 'error', message)
const dead = [failing('Unregistered torrent')]
const unregisteredFor = (made: LookUpHarness, said: unknown) => valueOf(made, 'tracker.unregisteredFor', said)

test('how long all trackers call it unregistered is the time between looks that found it so', async () => {
  const made = harness()
  expect(await unregisteredFor(made, dead)).toBe(0)
  await made.clock.advance(20 * 60_000)
  expect(await unregisteredFor(made, dead)).toBe(1200)
  // While one is asked, or what it says is not understood, nobody can say; and that time counts for nothing.
  await made.clock.advance(20 * 60_000)
  expect(await unregisteredFor(made, [tracker('https://a.example.org/x', 'updating')])).toBe('missing')
  await made.clock.advance(20 * 60_000)
  expect(await unregisteredFor(made, [...dead, failing('something else')])).toBe('missing')
  await made.clock.advance(20 * 60_000)
  expect(await unregisteredFor(made, dead)).toBe(1200)
  // Looks that are far apart do not belong together.
  await made.clock.advance(2 * 3_600_000)
  expect(await unregisteredFor(made, dead)).toBe(1200)
  await made.clock.advance(10 * 60_000)
  const [kept] = await (async () => {
    const asked = made.lookUps.ask(films, keyOf(A, 1), ['tracker.unregisteredFor'])
    await made.answer([...dead, tracker('https://b.example.org/x', 'error', 'Trumped: see another')])
    return asked
  })()
  expect(kept).toMatchObject({value: 1800, keptMs: 15 * 60_000})
})

test('it begins again when one tracker says something else, or when the torrent was added again', async () => {
  const made = harness()
  await unregisteredFor(made, dead)
  await made.clock.advance(30 * 60_000)
  expect(await unregisteredFor(made, dead)).toBe(1800)
  await made.clock.advance(30 * 60_000)
  expect(await unregisteredFor(made, [...dead, tracker('https://b.example.org/x', 'unreachable')])).toBe(0)
  expect(made.held.size).toBe(0)
  await made.clock.advance(30 * 60_000)
  expect(await unregisteredFor(made, dead)).toBe(0)
  await made.clock.advance(30 * 60_000)
  expect(await unregisteredFor(made, dead)).toBe(1800)
  made.report(A, [{hash: keyOf(A, 1).hash, addedAt: 7}])
  await made.clock.advance(30 * 60_000)
  expect(await unregisteredFor(made, dead)).toBe(0)
})

test('S37 forgotten is who was unregistered for a day without interruption, looked at by whomever', async () => {
  const made = harness()
  const isForgotten = (said: unknown) => valueOf(made, 'tracker.forgotten', said)
  expect(await isForgotten(dead)).toBe(false)
  for (let hour = 0; hour < 23; hour++) {
    await made.clock.advance(3_600_000)
    expect(await valueOf(made, 'tracker.classes', dead)).toEqual(['unregistered'])
  }
  await made.clock.advance(3_599_000)
  expect(await isForgotten(dead)).toBe(false)
  await made.clock.advance(120_000)
  expect(await isForgotten(dead)).toBe(true)
  // While one is asked nobody can say. One that calls it trumped means another one, which is owed to; and what is said
  // of an account begins everything again.
  const later = async (said: unknown) => {
    await made.clock.advance(120_000)
    return isForgotten(said)
  }
  expect(await later([...dead, tracker('https://b.example.org/x', 'updating')])).toBe('missing')
  expect(await later([...dead, tracker('https://b.example.org/x', 'error', 'Trumped: see another')])).toBe(
    false,
  )
  expect(await later(dead)).toBe(true)
  expect(await later([...dead, failing('Unregistered user')])).toBe(false)
  expect(await later(dead)).toBe(false)
})

test('S37 an interruption begins the day again', async () => {
  const made = harness()
  const hours = async (count: number, said: unknown) => {
    let last: unknown
    for (let hour = 0; hour < count; hour++) {
      await made.clock.advance(3_600_000)
      last = await valueOf(made, 'tracker.forgotten', said)
    }
    return last
  }
  expect(await hours(24, dead)).toBe(false)
  expect(await hours(1, [tracker('https://a.example.org/x', 'working')])).toBe(false)
  expect(await hours(24, dead)).toBe(false)
  expect(await hours(1, dead)).toBe(true)
})

for (const state of ['stopped', 'queuedUp', 'queuedDown', 'checking', 'error', 'unknown'] as const) {
  test(`S37 while a torrent is ${state} its server is not asked, and what was said before does not go on`, async () => {
    const made = harness()
    const is = (now: TorrentState) => made.report(A, [{hash: keyOf(A, 1).hash, state: now}])
    const hours = async (count: number, fact: 'tracker.unregisteredFor' | 'tracker.forgotten') => {
      let last: unknown
      for (let hour = 0; hour < count; hour++) {
        await made.clock.advance(3_600_000)
        last = await valueOf(made, fact, dead)
      }
      return last
    }
    await unregisteredFor(made, dead)
    expect(await hours(1, 'tracker.unregisteredFor')).toBe(3600)
    is(state)
    expect(await hours(30, 'tracker.forgotten')).toBe(false)
    expect(await hours(1, 'tracker.unregisteredFor')).toBe(3600)
    is('stalledUp')
    await made.clock.advance(120_000)
    expect(await unregisteredFor(made, dead)).toBe(3600)
    expect(await hours(1, 'tracker.unregisteredFor')).toBe(7200)
  })
}

test('S37 who is one of a crowd is not forgotten, however long it lasts', async () => {
  const made = harness()
  const of = (n: number, trackerMessage: string) => ({
    ...rows(n + 1)[n]!,
    trackerStatus: 'error' as const,
    trackerMessage,
    trackerHosts: ['a.example.org'],
  })
  const all = Array.from({length: 10}, (_, n) => of(n, n < 5 ? 'unregistered torrent' : 'timed out'))
  made.report(A, all)
  const day = async () => {
    let last: unknown
    for (let hour = 0; hour < 26; hour++) {
      await made.clock.advance(3_600_000)
      last = await valueOf(made, 'tracker.forgotten', dead)
    }
    return last
  }
  expect(await day()).toBe(false)
  made.report(
    A,
    all.map((row) => ({...row, trackerMessage: 'timed out'})),
  )
  expect(await day()).toBe(true)
})

test('it goes on after a restart, and the time between does not count', async () => {
  const before = harness()
  await unregisteredFor(before, dead)
  await before.clock.advance(30 * 60_000)
  await unregisteredFor(before, dead)
  const after = harness()
  for (const [subject, record] of before.held) after.held.set(subject, record)
  expect(await unregisteredFor(after, dead)).toBe(1800)
  await after.clock.advance(30 * 60_000)
  expect(await unregisteredFor(after, dead)).toBe(3600)
})

test('files are kept until the size of the torrent is another; that they were counted meanwhile is no change', async () => {
  const made = harness()
  await valueOf(made, 'filesWanted', [file(0, 'a.mkv'), file(1, 'b.nfo', {priority: 'skip'})])
  made.report(A, [{hash: keyOf(A, 1).hash, fileCount: 2, progress: 0.5}])
  await made.clock.advance(30 * 60_000)
  const [kept] = await made.lookUps.ask(films, keyOf(A, 1), ['filesWanted'])
  expect(kept!.value).toBe(1)
  made.report(A, [{hash: keyOf(A, 1).hash, size: 20}])
  expect(await valueOf(made, 'filesWanted', [file(0, 'a.mkv'), file(1, 'b.nfo')])).toBe(2)
})

test('who must know it fresh joins no question that was asked before, and goes ahead of all others', async () => {
  const made = harness(30)
  for (let n = 0; n < 20; n++) void made.lookUps.ask(films, keyOf(A, n), ['tracker.classes'])
  await made.clock.advance(0)
  const fresh = made.lookUps.ask(films, keyOf(A, 0), ['tracker.classes'], {fresh: true})
  await made.answer([tracker('https://a.example.org/x', 'unreachable')])
  expect(made.asked.at(-1)).toBe(`trackers A/${keyOf(A, 0).hash}`)
  await made.answer(working)
  await made.answer(working)
  expect((await fresh)[0]!.value).toEqual(['working'])
})

test('a used-up minute does not keep the executor waiting', async () => {
  const made = harness(130)
  for (let n = 0; n < 120; n++) void made.lookUps.ask(films, keyOf(A, n), ['tracker.classes'])
  for (let n = 0; n < 120; n++) await made.answer(working)
  void made.lookUps.ask(films, keyOf(A, 125), ['tracker.classes'])
  void made.lookUps.ask(films, keyOf(A, 126), ['tracker.classes'], {fresh: true})
  await made.clock.advance(0)
  expect(made.pending.map(({what}) => what)).toEqual([`trackers A/${keyOf(A, 126).hash}`])
})

/* ───────────────────────────── who is gone ───────────────────────────── */

test('what a manager that died had asked is not asked any more; what others wait for is', async () => {
  const made = harness(10)
  const asked = rows(10).map((_, n) => made.lookUps.ask(films, keyOf(A, n), ['tracker.classes']))
  const shared = made.lookUps.ask(series, keyOf(A, 9), ['tracker.classes'])
  await made.clock.advance(0)
  made.lookUps.drop(films)
  expect((await asked[5]!)[0]!.whyUnknown).toMatchObject({reason: 'notRead'})
  for (let n = 0; n < 3; n++) await made.answer(working)
  expect((await shared)[0]!.value).toEqual(['working'])
  expect(made.asked).toHaveLength(3)
})

test('an interest that ends takes its own question back, and no other', async () => {
  const made = harness(10)
  const asked = rows(4).map((_, n) => made.lookUps.ask(films, keyOf(A, n), ['tracker.classes']))
  await made.clock.advance(0)
  made.lookUps.drop(films, keyOf(A, 2))
  expect((await asked[2]!)[0]!.value).toBeUndefined()
  for (let n = 0; n < 3; n++) await made.answer(working)
  expect((await asked[3]!)[0]!.value).toEqual(['working'])
  // The same torrent may be asked about again.
  const again = made.lookUps.ask(films, keyOf(A, 2), ['tracker.classes'])
  await made.answer(working)
  expect((await again)[0]!.value).toEqual(['working'])
})

for (const status of ['warming', 'unreachable', 'auth_failed', 'paused'] as const) {
  test(`a server that is ${status} is asked nothing, and nothing is known of its torrents`, async () => {
    const made = harness()
    made.status.set(A, status)
    const reported = await made.lookUps.ask(films, keyOf(A, 1), [
      'tracker.classes',
      'content.owners',
      'path.freeBytes',
    ])
    expect(reported.map(({value, whyUnknown}) => [value, whyUnknown?.reason])).toEqual(
      Array.from({length: 3}, () => [undefined, 'serverNotOnline']),
    )
    expect(made.asked).toEqual([])
  })
}

test('questions that wait while their server goes are answered, not asked', async () => {
  const made = harness(5)
  const asked = rows(5).map((_, n) => made.lookUps.ask(films, keyOf(A, n), ['tracker.classes']))
  await made.clock.advance(0)
  made.status.set(A, 'unreachable')
  await made.answer(unreachable)
  expect((await asked[4]!)[0]!.whyUnknown).toMatchObject({reason: 'serverNotOnline'})
  expect(made.asked).toHaveLength(2)
})

test('what failed is unknown with the words of the server, and is tried again later each time', async () => {
  const made = harness()
  expect(await valueOf(made, 'tracker.classes', unreachable)).toBe('unreadable')
  const [first] = await made.lookUps.ask(films, keyOf(A, 1), ['tracker.classes'])
  expect(first).toMatchObject({value: undefined, whyUnknown: {detail: 'It did not answer.'}, keptMs: 10_000})
  expect(made.asked).toHaveLength(1)
  await made.clock.advance(10_000)
  await valueOf(made, 'tracker.classes', unreachable)
  await made.clock.advance(19_000)
  await made.lookUps.ask(films, keyOf(A, 1), ['tracker.classes'])
  expect(made.asked).toHaveLength(2)
  await made.clock.advance(1_000)
  expect(await valueOf(made, 'tracker.classes', working)).toEqual(['working'])
})

/* ───────────────────────────── what it means ───────────────────────────── */

test('S15 each tracker counts alone; those that are switched off, DHT, PeX and LSD do not', async () => {
  const classes = await valueOf(harness(), 'tracker.classes', [
    tracker('https://a.example.org/x', 'error', 'unregistered torrent'),
    tracker('https://b.example.org/x', 'unreachable', 'Host not found'),
    tracker('https://c.example.org/x', 'updating', 'unregistered torrent'),
    tracker('https://d.example.org/x', 'disabled'),
    ...['** [DHT] **', '** [PeX] **', 'dht://'].map((url) => tracker(url, 'working')),
  ])
  expect(classes).toEqual(['temporary', 'unknown', 'unregistered'])
})

test('a torrent without a tracker that is asked says nothing', async () => {
  expect(await valueOf(harness(), 'tracker.classes', [tracker('** [DHT] **', 'working')])).toBe('missing')
})

const rules: FileRulesReport = {
  CaseSensitiveMatches: false,
  FolderExclusionRegex: [],
  FileNameExclusionRegex: ['\\bsample\\b'],
  FileExtensionAllowlist: ['.mkv'],
}

test('unwanted files are those of the patterns handed in; where there are none what is dangerous', async () => {
  const made = harness()
  const asked = made.lookUps.ask(films, keyOf(A, 1), ['badFiles.any', 'badFiles.share', 'filesWanted'], {
    rules,
  })
  await made.answer([
    file(0, 'a.mkv'),
    file(1, 'a.sample.mkv'),
    file(2, 'b.exe'),
    file(3, 'c.exe', {priority: 'skip'}),
  ])
  expect((await asked).map(({value}) => value)).toEqual([true, 2 / 3, 3])
  expect(made.asked).toHaveLength(1)
  const [without] = await made.lookUps.ask(films, keyOf(A, 1), ['badFiles.any'])
  expect(without!.value).toBe(true)
  const plain = made.lookUps.ask(films, keyOf(A, 2), ['badFiles.any', 'extraFiles.count'])
  await made.answer([file(0, 'a.rar'), file(1, 'a.nfo')])
  expect((await plain).map(({value}) => value)).toEqual([false, undefined])
})

test('a torrent whose files are not known yet has no bad ones that could be counted', async () => {
  const made = harness()
  const asked = made.lookUps.ask(films, keyOf(A, 1), ['badFiles.any'], {rules})
  await made.answer([])
  expect((await asked)[0]).toMatchObject({value: undefined, whyUnknown: {reason: 'missing'}})
})

test('media that lies where we do not see it is not probed', async () => {
  const made = harness()
  expect(await valueOf(made, 'media.valid', [file(0, 't1')])).toBe('missing')
  const other = made.lookUps.ask(films, keyOf(A, 2), ['media.valid'])
  await made.answer([file(0, 't2/film.mkv'), file(1, 't2/a.nfo')])
  expect((await other)[0]!.whyUnknown).toMatchObject({reason: 'unreadable'})
  expect(made.probed).toEqual([])
})

test.each(['missingFiles', 'error', 'seeding'] as const)(
  'S32 media is probed while its server can read its files (%s)',
  async (state) => {
    const made = new LookUpHarness()
    made.list(A, [row(1, {state})])
    const ours = mkdtempSync(join(tmpdir(), 'media-'))
    onTestFinished(() => rmSync(ours, {recursive: true}))
    mkdirSync(join(ours, 't1'))
    writeFileSync(join(ours, 't1/film.mkv'), 'half of it')
    made.mappings.set(A, [{server: '/data', ours}])
    made.verdict = {verdict: 'unreadable', reason: 'damaged', detail: ''}
    const valid = await valueOf(made, 'media.valid', [file(0, 't1/film.mkv')])
    const probed = [join(ours, 't1/film.mkv')]
    expect([valid, made.probed]).toEqual(state === 'seeding' ? [false, probed] : ['unreadable', []])
    // A copy that is not complete here says nothing of the file on its server.
    const later = new LookUpHarness()
    later.list(A, [row(1, {state: 'seeding'})])
    later.mappings.set(A, [{server: '/data', ours}])
    later.verdict = {verdict: 'unreadable', reason: 'damaged', detail: ''}
    writeFileSync(join(ours, 't1/film.mkv'), 'half')
    expect([await valueOf(later, 'media.valid', [file(0, 't1/film.mkv')]), later.probed]).toEqual([
      'unreadable',
      [],
    ])
  },
)

test('what lies where a contradicted mapping leads is unknown, with its reason', async () => {
  const made = new LookUpHarness()
  made.list(A, [row(1, {contentPath: '/data/t1.mkv'})])
  const ours = mkdtempSync(join(tmpdir(), 'contradicted-'))
  onTestFinished(() => rmSync(ours, {recursive: true}))
  writeFileSync(join(ours, 't1.mkv'), '')
  made.mappings.set(A, [{server: '/data', ours, contradicted: 'Other sizes lie there.'}])
  made.files = new Map([[keyText(keyOf(A, 1)), [file(0, 't1.mkv')]]])
  const facts = [
    'media.valid',
    'content.linksOutside',
    'path.filesFound',
    'path.othersFound',
    'path.freeBytes',
    'path.mounted',
  ] as const
  for (const {whyUnknown} of await made.lookUps.ask(films, keyOf(A, 1), facts))
    expect(whyUnknown).toEqual({reason: 'unreadable', detail: 'Other sizes lie there.'})
})

/** Each of these is one file in the folder that it is saved in; `there`: those that lie on the disk. */
async function othersFound(
  saved: Readonly<Record<number, string>>,
  there: readonly number[],
  states: Readonly<Record<number, TorrentPatch['state']>> = {},
): Promise<unknown> {
  const made = new LookUpHarness()
  const all = Object.entries(saved).map(([n, folder]) => ({n: Number(n), folder}))
  const folderOf = (folder: string) => join('/data', folder)
  made.list(
    A,
    all.map(({n, folder}) =>
      row(n, {
        state: states[n] ?? 'seeding',
        savePath: folderOf(folder),
        contentPath: `${folderOf(folder)}/t${n}`,
      }),
    ),
  )
  reportFiles(made, ...all.map(({n}) => keyOf(A, n)))
  const ours = mkdtempSync(join(tmpdir(), 'others-'))
  onTestFinished(() => rmSync(ours, {recursive: true}))
  for (const {n, folder} of all) {
    mkdirSync(join(ours, folder), {recursive: true})
    writeFileSync(join(ours, folder, 'stray'), 'of nobody')
    if (there.includes(n)) writeFileSync(join(ours, folder, `t${n}`), 'whole')
  }
  made.mappings.set(A, [{server: '/data', ours}])
  const [reported] = await made.lookUps.ask(films, keyOf(A, 1), ['path.othersFound'])
  return reported!.value ?? reported!.whyUnknown!.reason
}

test('S32 files of others are seen where one of those that are saved near it is on the disk', async () => {
  expect(await othersFound({1: 'films', 2: 'films'}, [2])).toBe(true)
  // What its server says of them is no matter.
  expect(await othersFound({1: 'films', 2: 'films'}, [2], {2: 'missingFiles'})).toBe(true)
  expect(await othersFound({1: 'films/one', 2: 'films/two'}, [2])).toBe(true)
})

test('S32 a stray file, or files in another folder, are no proof of the disk of a folder that others have, too', async () => {
  expect(await othersFound({1: 'films'}, [])).toBe(false)
  expect(await othersFound({1: 'films', 2: 'films'}, [])).toBe(false)
  // The disk of the films may be mounted over their folder.
  expect(await othersFound({1: 'films', 2: 'films', 3: 'shows'}, [3])).toBe(false)
})

test('S32 of many others, which their server all misses, the one is found that is there', async () => {
  const saved = Object.fromEntries(Array.from({length: 30}, (_, n) => [n + 1, 'films']))
  const lost = Object.fromEntries(Array.from({length: 30}, (_, n) => [n + 1, 'missingFiles' as const]))
  expect(await othersFound(saved, [25], lost)).toBe(true)
})

test('S32 of many others those are looked at first that their server can read', async () => {
  const saved = Object.fromEntries(Array.from({length: 30}, (_, n) => [n + 1, 'films']))
  const lost = Object.fromEntries(Array.from({length: 28}, (_, n) => [n + 2, 'missingFiles' as const]))
  expect(await othersFound(saved, [30], lost)).toBe(true)
})

/* ───────────────────────────── who else ───────────────────────────── */

const ownerFacts: FactName[] = ['content.owners', 'content.ownersOther', 'content.ownersOtherComplete']

/** Each torrent has one file of its own name, and its server tells it. */
function reportFiles(made: LookUpHarness, ...keys: readonly TorrentKey[]): void {
  made.files = new Map(keys.map((key) => [keyText(key), [file(0, `t${Number.parseInt(key.hash, 16)}`)]]))
}

test('S20 torrents of one path own the same content, complete or not', async () => {
  const made = new LookUpHarness()
  made.list(A, [row(1), row(2, {contentPath: '/data/t1', complete: false}), row(3)])
  reportFiles(made, ...[1, 2, 3].map((n) => keyOf(A, n)))
  const reported = await made.lookUps.ask(films, keyOf(A, 1), [...ownerFacts, 'content.groupId'])
  const names = [1, 2].map((n) => `A/${keyOf(A, n).hash}`)
  expect(reported.map(({value}) => value)).toEqual([names, 1, 0, names[0]])
  expect(made.asked).toEqual([])
})

test('S05 the same hash on a server of the same machine owns it when both are mapped there, else that is unknown', async () => {
  const made = new LookUpHarness()
  made.list(A, [row(1, {complete: false})])
  made.list(B, [row(1, {contentPath: '/downloads/t1'})])
  const [doubt] = await made.lookUps.ask(films, keyOf(A, 1), ownerFacts)
  expect(doubt!.whyUnknown).toMatchObject({reason: 'unreadable'})
  made.mappings.set(A, [{server: '/data', ours: '/srv'}])
  made.mappings.set(B, [{server: '/downloads', ours: '/srv'}])
  const reported = await made.lookUps.ask(films, keyOf(A, 1), ownerFacts)
  expect(reported.map(({value}) => value)).toEqual([[`A/${keyOf(A, 1).hash}`, `B/${keyOf(B, 1).hash}`], 1, 1])
})

test('a server of the same machine that is away, or did not send its whole list yet, makes owners unknown; a far one does not', async () => {
  const made = harness()
  made.list(B, [row(99, {savePath: '/data', contentPath: '/data/t99'})])
  reportFiles(made, ...[0, 1, 2].map((n) => keyOf(A, n)), keyOf(B, 99))
  // S05 S09 S30 what it took on since it went nobody knows.
  for (const status of ['warming', 'unreachable', 'auth_failed'] as const) {
    made.status.set(B, status)
    const [doubt] = await made.lookUps.ask(films, keyOf(A, 1), ownerFacts)
    expect(doubt!.value).toBeUndefined()
    expect(doubt!.whyUnknown!.detail).toMatch(/^B may have something there/)
  }
  made.machines.set(B, 'far away')
  const [reported] = await made.lookUps.ask(films, keyOf(A, 1), ownerFacts)
  expect(reported!.value).toEqual([`A/${keyOf(A, 1).hash}`])
})

test('owners of very many torrents are looked up together, in turns', async () => {
  const made = harness(300)
  reportFiles(made, ...rows(300).map((_, n) => keyOf(A, n)))
  made.turns.due = () => true
  let turns = 0
  const next = made.turns.next.bind(made.turns)
  made.turns.next = () => (turns++, next())
  const asked = rows(300).map((_, n) => made.lookUps.ask(films, keyOf(A, n), ['content.ownersOther']))
  const reported = (await Promise.all(asked)).flat()
  expect(reported.map(({value}) => value)).toEqual(rows(300).map(() => 0))
  // One for all who ask, for each row, for each content in the one folder, for its file and the two names of its path, for
  // each that a row may have, and before each portion of places but the first.
  expect(turns).toBe(1 + 300 + 300 + 300 * 3 + 300 + 4)
})

test('S29 an owner that the user may not see counts and is not named', async () => {
  const made = new LookUpHarness()
  made.list(A, [row(1)])
  made.list(B, [row(7, {contentPath: '/data/t1'})])
  for (const id of [A, B]) made.mappings.set(id, [{server: '/data', ours: '/srv'}])
  made.hidden.add(B)
  const reported = await made.lookUps.ask(films, keyOf(A, 1), ownerFacts)
  expect(reported.map(({value}) => value)).toEqual([[`A/${keyOf(A, 1).hash}`, '1 that cannot be seen'], 1, 1])
  expect(JSON.stringify(reported)).not.toContain(keyOf(B, 7).hash)
})

/** Nobody takes its servers for one. */
function twoHouses(): LookUpHarness {
  const made = harness()
  made.storages.set(A, 'one').set(B, 'two')
  return made
}

test('S30 whether it is on a server that is not online is unknown', async () => {
  const made = twoHouses()
  made.list(B, [row(1)])
  const fact = async () => (await made.lookUps.ask(films, keyOf(A, 1), ['content.onOtherServer']))[0]!
  expect((await fact()).value).toBe(true)
  made.status.set(B, 'auth_failed')
  expect((await fact()).whyUnknown).toMatchObject({reason: 'serverNotOnline', server: {id: B}})
  made.hidden.add(B)
  expect((await fact()).value).toBe(false)
})

test('another server has it only as a whole, well, and while it is not removed there', async () => {
  for (const ails of [
    {complete: false},
    {progress: 0.5},
    {sizeTotal: 2_000},
    {state: 'missingFiles'},
    {state: 'error'},
  ]) {
    const made = twoHouses()
    made.list(B, [row(1, ails as object)])
    const fact = async () => (await made.lookUps.ask(films, keyOf(A, 1), ['content.onOtherServer']))[0]!
    expect((await fact()).value, JSON.stringify(ails)).toBe(false)
  }
  const made = twoHouses()
  made.list(B, [row(1)])
  const fact = async () => (await made.lookUps.ask(films, keyOf(A, 1), ['content.onOtherServer']))[0]!
  expect((await fact()).value).toBe(true)
  made.going.add(keyText(keyOf(B, 1)))
  expect((await fact()).value).toBe(false)
})

test.each([
  ['all is the same', {}, null],
  ['it was added at another time', {addedAt: T + 5_000}, true],
  ['it was added within the same moment', {addedAt: T + 1_500}, null],
  ['it was complete at another time', {completedAt: T + 90_000}, true],
  ['it lies elsewhere', {contentPath: '/data2/t1'}, true],
  ['the place is not known yet', {contentPath: ''}, null],
] as const)('one daemon that is configured twice is no other server: %s', async (_, differs, value) => {
  const made = harness()
  const same = {addedAt: T, completedAt: T + 60_000}
  made.list(A, [row(1, same)])
  made.list(B, [row(1, {...same, ...differs})])
  const fact = async () => (await made.lookUps.ask(films, keyOf(A, 1), ['content.onOtherServer']))[0]!
  expect((await fact()).value ?? null).toBe(value)
  if (value === null) expect((await fact()).whyUnknown).toMatchObject({reason: 'missing'})
  // Of two kinds nobody doubts it.
  made.kinds.set(B, 'transmission')
  expect((await fact()).value).toBe(true)
})

test('two rTorrents are distinguished not by when each was asked first, but by what people call their disks', async () => {
  const made = harness()
  made.kinds.set(A, 'rtorrent').set(B, 'rtorrent')
  made.list(A, [row(1, {addedAt: T})])
  made.list(B, [row(1, {addedAt: T + 60_000})])
  const fact = async () => (await made.lookUps.ask(films, keyOf(A, 1), ['content.onOtherServer']))[0]!
  expect((await fact()).value).toBeUndefined()
  made.storages.set(A, 'one').set(B, 'two')
  expect((await fact()).value).toBe(true)
})

test('what a member’s server lists is no fact for torrents of others, nor the other way round', async () => {
  const made = twoHouses()
  made.list(B, [row(1)])
  made.ofMembers.set(B, asUserId('bo'))
  const fact = async (key: TorrentKey) => (await made.lookUps.ask(films, key, ['content.onOtherServer']))[0]!
  for (const key of [keyOf(A, 1), keyOf(B, 1)]) expect((await fact(key)).value).toBe(false)
  // Nor does anybody wait for it.
  made.status.set(B, 'unreachable')
  expect((await fact(keyOf(A, 1))).value).toBe(false)
})

test('of a magnet whose server reports no folder yet, nothing waits for a disk', async () => {
  const made = harness()
  made.report(A, [row(2, {savePath: '', contentPath: '', hasMetadata: false, complete: false})])
  made.report(A, [row(3, {savePath: '', contentPath: ''})])
  const reasonOf = async (n: number) =>
    (await made.lookUps.ask(films, keyOf(A, n), ['path.mounted']))[0]!.whyUnknown?.reason
  expect(await reasonOf(2)).toBe('notSupported')
  expect(await reasonOf(3)).toBe('missing')
})

test('what no one looks up is said to be so', async () => {
  const [reported] = await harness().lookUps.ask(films, keyOf(A, 1), ['arr.importedEvidence'])
  expect(reported!.whyUnknown).toMatchObject({reason: 'notSupported'})
})
