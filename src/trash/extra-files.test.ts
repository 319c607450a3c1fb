import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import {extraFilesHarness} from './extra-files-harness.fixture.ts'

const there = ['Film/Proof/a.jpg', 'Film/film.mkv', 'Film/info.nfo']
const cleared = [
  'Film/film.mkv',
  'aside: 1 info.nfo',
  'aside: 2 a.jpg',
  'aside: note.json',
  'aside: recycled',
]

test('B.7 written down first, then set aside as a whole, in the trash for 14 days; the torrent and its file stay', async () => {
  const {begin, run, files, lines, journal, trash, ended} = await extraFilesHarness()
  expect(await begin()).toEqual({outcome: 'done'})
  expect(lines()).toEqual(['extraFiles.recycle sending'])
  await run()
  expect([await files(), ended]).toEqual([cleared, ['done']])
  expect(lines()).toEqual(['extraFiles.recycle sending', 'extraFiles.recycle confirmed'])
  expect(new Set(journal.map(({id}) => id)).size).toBe(1)
  expect(journal[0]).toMatchObject({name: 'Film', args: {files: 2, bytes: 29}, decided: {guards: []}})
  const [record] = trash()
  expect(record).toMatchObject({verb: 'extraFiles.recycle', state: 'kept', bytes: 29, name: 'Film'})
  expect(record!.until - record!.setAsideAt).toBe(14 * 86_400_000)
})

test('S58 while the configuration lacks protections what was begun moves nothing', async () => {
  const {begin, run, ended, trash, world} = await extraFilesHarness()
  world.lostSettings = 1
  await begin()
  await run()
  expect([ended, trash()]).toEqual([['lost_settings'], []])
})

test('B.7 what cannot be named, planned or written down is not begun', async () => {
  const {begin, files, own, world, trash, lines} = await extraFilesHarness()
  own.why = 'There is none.'
  expect(await begin()).toEqual({outcome: 'refused', code: 'not_supported', message: 'There is none.'})
  own.why = null
  world.journalFails = true
  expect(await begin()).toMatchObject({outcome: 'refused', code: 'storage_unavailable'})
  world.journalFails = false
  own.isGone = true
  expect(await begin()).toMatchObject({outcome: 'refused', code: 'torrent_not_found'})
  expect([await files(), trash(), lines()]).toEqual([there, [], []])
})

test('B.7 what is not wanted any more when it was looked for is not begun', async () => {
  const {begin, files, own, trash, lines} = await extraFilesHarness()
  own.outdated = {message: 'Waits until tomorrow, because Mara said so.'}
  expect(await begin()).toEqual({outcome: 'refused', code: 'changed_meanwhile', ...own.outdated})
  expect([await files(), trash()]).toEqual([there, []])
  expect(lines().at(-1)).toContain('failed changed_meanwhile')
})

test('B.7 it is begun once', async () => {
  const {begin, run, trash, lines} = await extraFilesHarness()
  const both = await Promise.all([begin(), begin()])
  expect(both.map(({outcome}) => outcome).toSorted()).toEqual(['done', 'refused'])
  await run()
  expect(trash().map(({state}) => state)).toEqual(['kept'])
  expect(lines().filter((line) => line.includes('failed'))).toEqual([
    'extraFiles.recycle failed changed_meanwhile',
  ])
})

for (const [what, change, code] of [
  [
    'of which one is another by now',
    (harness: Awaited<ReturnType<typeof extraFilesHarness>>) =>
      harness.write('Film/Proof/a.jpg', 'another one'),
    'changed_meanwhile',
  ],
  [
    'that somebody else needs by now',
    async ({world}: Awaited<ReturnType<typeof extraFilesHarness>>) => {
      world.owner = 'another torrent'
    },
    'content_shared',
  ],
] as const) {
  test(`B.7 files ${what} stay where they are, all of them, and are in no trash`, async () => {
    const harness = await extraFilesHarness()
    let asked = 0
    // The first one has been moved by then.
    harness.world.beforeTouch = async () => {
      if (++asked === 2) await change(harness)
    }
    await harness.begin()
    await harness.run()
    expect([await harness.files(), harness.ended, harness.trash()]).toEqual([there, [code], []])
    expect(harness.lines().at(-1)).toBe(`extraFiles.recycle failed ${code}`)
  })
}

for (const [when, file] of [
  ['before the first file moved', 1],
  ['between two files', 2],
] as const) {
  test(`S11 killed ${when}, the next start leaves none aside`, async () => {
    const {begin, run, restart, files, diesBefore, ended, trash, lines} = await extraFilesHarness()
    const isDead = diesBefore(file)
    await begin()
    await isDead
    await restart()
    await run()
    expect([await files(), ended, trash()]).toEqual([there, ['interrupted'], []])
    expect(lines().at(-1)).toBe('extraFiles.recycle failed interrupted')
  })
}

test('S11 killed when all were moved, the next start says so', async () => {
  const {begin, run, restart, files, world, ended, trash} = await extraFilesHarness()
  await begin()
  world.journalFails = true
  while (!(await files()).includes('aside: recycled'));
  world.journalFails = false
  await restart()
  await run()
  expect([await files(), new Set(ended), trash().length]).toEqual([cleared, new Set(['done']), 1])
})

test('B.7 what the trash cannot keep is not begun, and its line says so', async () => {
  const {begin, files, memory, trash, lines} = await extraFilesHarness()
  memory().trash.setAside = () =>
    Promise.reject(new CommodarrError('storage_unavailable', 'The disk is full.'))
  expect(await begin()).toMatchObject({outcome: 'refused', code: 'storage_unavailable'})
  expect([await files(), trash()]).toEqual([there, []])
  expect(lines().at(-1)).toBe('extraFiles.recycle failed changed_meanwhile')
})

test('B.7 what can go neither on nor back is tried on until it is back, and never said to be set aside', async () => {
  const {begin, run, fails, clock, write, remove, files, world, ended, trash} = await extraFilesHarness()
  let asked = 0
  // The first one has been moved by then.
  world.beforeTouch = async () => {
    if (++asked !== 2) return
    world.owner = 'another torrent'
    await write('Film/info.nfo', 'another one')
  }
  const failed = fails()
  await begin()
  await failed
  const failedAgain = fails()
  await clock.advance(2 * 3_600_000)
  await failedAgain
  expect(ended).toEqual([])
  await remove('Film/info.nfo')
  await run()
  expect([await files(), ended, trash()]).toEqual([there, ['interrupted'], []])
})
