import {afterEach, expect, test} from 'vitest'
import {bounds, RtorrentSubject} from '#lab/simulators/rtorrent-subject.ts'
import type {NewTorrent} from '#lab/simulators/sim-torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'

const open: RtorrentSubject[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

const hashOf = (n: number): InfoHash => n.toString(16).padStart(40, '0') as InfoHash
const at = (subject: RtorrentSubject, n: number) => subject.replica.rows.get(hashOf(n))!

/** Two servers whose answers bend text: the second because one of its torrents spoils every answer in JSON. */
const bending = ['0.9.8', '0.16.17'] as const

async function connected(
  version: string,
  torrents: readonly Omit<NewTorrent, 'hash'>[],
  savePath = '/srv/Größe',
): Promise<RtorrentSubject> {
  const subject = await RtorrentSubject.start({version, savePath})
  open.push(subject)
  await subject.connect()
  torrents.forEach((torrent, n) => subject.world.put({hash: hashOf(n), size: 1, savePath, ...torrent}))
  const nameBytes = Buffer.from('caf\xe9', 'latin1')
  subject.world.put({hash: hashOf(999), name: 'spoils', nameBytes, size: 1, fileCount: 2, savePath})
  return subject
}

/** As torrents are called, and as somebody who means harm might call one. */
const names = [
  'Ünï 😀 film',
  '🏴‍☠️',
  'Who? film',
  '???? really',
  'Who? 😀',
  '100% %F0%9F%98%80 literally',
  '100% 😀',
  'a "b" \\ c, {d}; (e) $system.pid= 😀',
  '日本語🙂の名前',
  `${'長い名前'.repeat(6)}😀`,
  'two\nlines',
  'two\r\nlines',
  'one\rand\r\ntwo',
  'größer\r',
  '\nnew 😀\n',
  'all\r\n😀\rof them',
  '100% 😀 %0A %7F',
  'plain',
]

test('a thousand names whose guesses take up a whole step are found out anyway', async () => {
  const subject = await connected('0.9.8', [])
  for (let n = 0; n < 1_550; n++) {
    subject.world.put({hash: hashOf(n), name: `${n} 😀`, size: 1, fileCount: 1, savePath: '/srv'})
  }
  const found = () => [...subject.replica.rows.values()].filter(({name}) => name?.endsWith(' 😀')).length
  for (let steps = 0; steps < 3; steps++) await subject.step()
  const before = found()
  await subject.step()
  expect(found()).toBeGreaterThan(before)
})

test('what moves while its place is found out is asked again', async () => {
  const name = '長い名前😀'.repeat(12)
  const subject = await connected('0.9.8', [{name, fileCount: 2}])
  await subject.step()
  expect(at(subject, 0).contentPath).toBeUndefined()
  // By somebody else: no counter of rTorrent tells of it.
  subject.world.update(subject.world.get(hashOf(0))!, {savePath: '/srv/🎬'})
  for (let steps = 0; steps < 40; steps++) await subject.step('delta')
  expect(at(subject, 0)).toMatchObject({savePath: '/srv/🎬', contentPath: `/srv/🎬/${name}`})
})

for (const version of bending) {
  test(`names and places come through as they are, in folders and as files (${version})`, async () => {
    const torrents = names.flatMap((name) => [
      {name, fileCount: 1},
      {name, fileCount: 3},
      {name, fileCount: 3, savePath: '/srv/🎬/films?'},
    ])
    const subject = await connected(version, torrents)
    await subject.step()
    for (let steps = 0; steps < 40; steps++) await subject.step()
    torrents.forEach(({name, savePath = '/srv/Größe'}, n) => {
      const {name: reported, savePath: folder, contentPath} = at(subject, n)
      expect({reported, folder, contentPath}).toEqual({
        reported: name,
        folder: savePath,
        contentPath: `${savePath}/${name}`,
      })
    })
  })

  test(`a place is unknown until it is known, never another (${version})`, async () => {
    const torrents = Array.from({length: 30}, (_, n) => ({
      name: `😀 ${'日本語'.repeat(4)} ${n}`,
      fileCount: 2,
    }))
    const subject = await connected(version, torrents)
    let unknown = 0
    for (let steps = 0; steps < 200; steps++) {
      await subject.step()
      const left = torrents.filter(({name}, n) => {
        const {contentPath} = at(subject, n)
        if (contentPath !== undefined) expect(contentPath).toBe(`/srv/Größe/${name}`)
        return contentPath === undefined
      })
      if (steps === 0) unknown = left.length
      if (left.length === 0) break
    }
    // In portions: nobody waits for a list until the last name is found out.
    if (version === '0.9.8') expect(unknown).toBeGreaterThan(0)
    expect(at(subject, 29).contentPath).toBe(`/srv/Größe/${torrents[29]!.name}`)
    subject.server.counters.reset()
    await subject.step('full')
    // What is known is only confirmed.
    expect(subject.server.counters.figures().total).toBeLessThan(20)
  })

  test(`what moved to a place that bends alike is found out again (${version})`, async () => {
    const subject = await connected(version, [{name: 'film', fileCount: 2, savePath: '/srv/😀'}])
    await subject.step()
    subject.world.update(subject.world.get(hashOf(0))!, {savePath: '/srv/😁'})
    await subject.step('full')
    expect(at(subject, 0)).toMatchObject({savePath: '/srv/😁', contentPath: '/srv/😁/film'})
  })

  test(`files are reported by their true names (${version})`, async () => {
    const paths = ['S01E01 😀.mkv', 'S01E02 😀.mkv', 'süb/Who?.txt', '😀/😁/a.txt']
    const files = paths.map((path) => ({
      path: `Show 😀/${path}`,
      size: 1,
      done: 1,
      priority: 'normal' as const,
    }))
    const subject = await connected(version, [{name: 'Show 😀', fileCount: 4, files}])
    await subject.step()
    const reported = await subject.client.details.files(hashOf(0), bounds)
    expect(reported.map(({path}) => path)).toEqual(files.map(({path}) => path))
  })

  test(`any number of line breaks of any kind is found out (${version})`, async () => {
    const breaks = ['a\r\nb\r\nc\r\nd\r\ne', '\ra\r\nb\nc\rd\r\r\ne\n\r', '\r\r\n\n\n\r\n\r']
    const torrents = breaks.map((name) => ({name, fileCount: 2}))
    const subject = await connected(version, torrents)
    for (let steps = 0; steps < 20; steps++) await subject.step()
    expect(torrents.map((_, n) => at(subject, n).contentPath)).toEqual(
      breaks.map((name) => `/srv/Größe/${name}`),
    )
  })

  test(`a name that begins as a command does is never sent, and its place is not reported (${version})`, async () => {
    const subject = await connected(version, [{name: '$system.pid= 😀', fileCount: 1}])
    await subject.step()
    // Behind its folder it is no command any more.
    expect(at(subject, 0).contentPath).toBe('/srv/Größe/$system.pid= 😀')
    expect(at(subject, 0).name).not.toBe('$system.pid= 😀')
  })

  test(`the default folder is known by its true name (${version})`, async () => {
    const subject = await connected(version, [], '/srv/🎬')
    expect(subject.client.session.facts.defaultDirectory).toBe('/srv/🎬')
  })

  test(`a path of any characters can be sent to the server (${version})`, async () => {
    const subject = await connected(version, [{name: 'film', fileCount: 2}])
    await subject.step()
    const path = '/srv/🎬 two'
    const outcomes = await subject.client.control.setLocation([hashOf(0)], {path, moveData: false}, bounds)
    expect(outcomes.get(hashOf(0))).toEqual({outcome: 'done'})
    await subject.step('full')
    expect(at(subject, 0)).toMatchObject({savePath: path, contentPath: `${path}/film`})
  })
}
