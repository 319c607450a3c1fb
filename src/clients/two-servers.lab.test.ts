import {afterEach, describe, expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import {readySuites, type Suite} from '#lab/daemons/suites.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import type {PlainTorrentVerb, TorrentVerbs} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {bounds, fileOf, type Subject} from './conformance/stage.conformance.ts'
import {qbittorrentSubject, rtorrentSubject, transmissionSubject} from './conformance/subjects.conformance.ts'

const starts: readonly [string, (suite: Suite, id: string) => Promise<Subject>][] = [
  ['qBittorrents', qbittorrentSubject],
  ['Transmissions', transmissionSubject],
  ['rTorrents', (suite, id) => rtorrentSubject(suite, 'tcp', {}, id)],
]

type Asked = {[V in PlainTorrentVerb]: {verb: V; args: TorrentVerbs[V]}}[PlainTorrentVerb]

const tracker = 'http://127.0.0.1:9/announce'
/** Every verb whose effect the daemon can show; `{folder}` stands for the daemon's own. */
const asked: readonly Asked[] = [
  {verb: 'setCategory', args: {category: ''}},
  {verb: 'addTags', args: {tags: ['only here']}},
  {verb: 'setTags', args: {tags: ['and here']}},
  {verb: 'removeTags', args: {tags: ['and here']}},
  {verb: 'setSpeedLimits', args: {down: 256_000, up: 128_000}},
  {verb: 'setShareLimits', args: {ratio: 4}},
  {verb: 'setPriority', args: {priority: 'high'}},
  {verb: 'setSequential', args: {on: true}},
  {verb: 'setFirstLast', args: {on: true}},
  {verb: 'setSuperSeeding', args: {on: true}},
  {verb: 'setComment', args: {comment: 'only here'}},
  {verb: 'setFilePriority', args: {files: [0], priority: 'skip'}},
  {verb: 'addTrackers', args: {tiers: [['http://127.0.0.1:9/other/announce']]}},
  {verb: 'editTracker', args: {from: tracker, to: 'http://127.0.0.1:9/edited/announce'}},
  {verb: 'removeTrackers', args: {urls: ['http://127.0.0.1:9/edited/announce']}},
  {verb: 'addWebSeeds', args: {urls: ['http://127.0.0.1:9/seed/']}},
  {verb: 'renameFile', args: {from: 'twice/first.bin', to: 'twice/renamed.bin'}},
  {verb: 'renameFolder', args: {from: 'twice/inner', to: 'twice/renamed'}},
  {verb: 'rename', args: {name: 'renamed'}},
  {verb: 'recheck', args: {}},
  {verb: 'start', args: {}},
  {verb: 'forceStart', args: {}},
  {verb: 'reannounce', args: {}},
  {verb: 'stop', args: {}},
]

const running: Subject[] = []
afterEach(async () => {
  for (const {client, daemon} of running.splice(0)) {
    await client.close()
    await daemon.dispose()
  }
})

for (const suite of readySuites()) {
  describe(`two servers of ${suite} that hold the same torrent`, () => {
    for (const [kind, start] of starts) {
      test(`${kind}: every verb reaches the named one alone`, async () => {
        const made = makeTorrent({
          name: 'twice',
          content: {'first.bin': 20_000, 'inner/second.bin': 30_000},
          trackers: [tracker],
        })
        const [named, other] = [await ready(start, suite, 'named'), await ready(start, suite, 'other')]
        for (const subject of [named, other]) await holds(subject, made)
        const before = await picture(other, made.hash)
        const first = await picture(named, made.hash)
        for (const one of asked) {
          await attempt(named, one, made.hash)
          expect(await picture(other, made.hash), `after ${one.verb}`).toEqual(before)
        }
        expect(await picture(named, made.hash)).not.toEqual(first)
        await named.erase([made.hash], 'remove')
        await waitUntil('it to go', async () => (await named.observe.torrent(made.hash)) === null)
        expect(await picture(other, made.hash)).toEqual(before)
      })
    }
  })
}

async function ready(
  start: (suite: Suite, id: string) => Promise<Subject>,
  suite: Suite,
  id: string,
): Promise<Subject> {
  const subject = await start(suite, id)
  running.push(subject)
  await subject.client.connect(bounds)
  return subject
}

async function holds(
  {client, daemon, observe}: Subject,
  made: ReturnType<typeof makeTorrent>,
): Promise<void> {
  made.writePayload(daemon.downloadDir)
  await client.server.addTorrent({source: fileOf(made), start: false, category: 'both'}, bounds)
  await waitUntil('it to be checked', async () => (await observe.torrent(made.hash))?.checking === false)
}

/** All that a verb could change, as the daemon tells it; without its folder, which differs. */
async function picture({observe, daemon}: Subject, hash: InfoHash): Promise<unknown> {
  const seen = await observe.torrent(hash)
  return {
    ...seen,
    savePath: seen?.savePath.replace(daemon.serverDownloadDir, ''),
    files: await observe.files(hash),
    trackers: await observe.trackers(hash),
    webSeeds: await observe.webSeeds(hash),
  }
}

async function attempt({client}: Subject, {verb, args}: Asked, hash: InfoHash): Promise<void> {
  const method = client.control[verb] as (
    hashes: readonly InfoHash[],
    args: Asked['args'],
    within: typeof bounds,
  ) => Promise<unknown>
  try {
    await method.call(client.control, [hash], args, bounds)
  } catch (error) {
    // Not offered, or refused: then the other one must not have noticed either.
    if (!(error instanceof CommodarrError)) throw error
  }
}
