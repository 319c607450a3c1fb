/**
 * Where real Deluges bring what is complete, by their settings and by labels: what our client reads of it, and that they do
 * with an addition what was decided of it. The simulator does the same (`labels.test.ts`, `sync.fleet.test.ts`).
 */
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import {readySuites} from '#lab/daemons/suites.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import {close, listen} from '#lab/tracker.ts'
import type {AddTorrent} from '#model/command.ts'
import {bounds, Stage} from '../conformance/stage.conformance.ts'
import {clientParts, delugeSubject} from '../conformance/subjects.conformance.ts'
import {Wire} from './wire.ts'

describe.each(readySuites())('Deluge of %s', (suite) => {
  let at: Stage
  let wire: Wire
  let seed: WebSeed
  beforeAll(async () => {
    seed = await startWebSeed()
    const subject = await delugeSubject(suite)
    // It trades with no other server.
    at = await Stage.open(subject, subject)
    wire = new Wire(clientParts(at.daemon.definition))
    await wire.connect(bounds)
    for (const name of ['moving', 'plain']) await wire.call('label.add', [name], bounds)
    const options = {
      apply_move_completed: true,
      move_completed: true,
      move_completed_path: folder('labelled'),
    }
    await wire.call('label.set_options', ['moving', options], bounds)
  })
  afterAll(async () => {
    await wire.close()
    await at.close()
    await seed.stop()
  })

  const folder = (name: string) => `${at.daemon.serverDownloadDir}/${name}`
  const later = (made: MadeTorrent) => at.replica.rows.get(made.hash)?.completedPath
  const isIn = (made: MadeTorrent, where: string) =>
    existsSync(join(at.daemon.ours(where), made.files[0]!.path))
  const set = (values: Readonly<Record<string, unknown>>) => wire.call('core.set_config', [values], bounds)
  const add = async (more: Partial<AddTorrent>) => {
    const made = at.makeMany({webSeeds: [seed.url]})
    seed.serve(made)
    await at.addStopped(made, more)
    await at.converges('it', ({rows}) => rows.has(made.hash))
    return made
  }
  /** It gets it from a web server: a peer that it lost, as by a check, it does not call for a minute. */
  const complete = async (made: MadeTorrent) => {
    await at.client.control.start([made.hash], {}, bounds)
    await at.converges('it complete, and at rest', ({rows}) => {
      const row = rows.get(made.hash)
      return row?.complete === true && row.state !== 'moving' && row.state !== 'checking'
    })
  }
  const decided = (completedPath: string | null) => ({defaultPath: folder('down'), completedPath})

  test('what its settings move is known before, goes there, and then stays there', async () => {
    await set({move_completed: true, move_completed_path: folder('done')})
    const read = await at.client.details.preferencesFor!('plain', bounds)
    expect(read).toMatchObject({move_completed: true, move_completed_path: folder('done')})
    const [moved, kept, open] = [await add(decided(folder('done'))), await add(decided(null)), await add({})]
    expect([later(moved), later(kept), later(open)]).toEqual([folder('done'), null, folder('done')])
    expect(at.replica.rows.get(moved.hash)).toMatchObject({savePath: folder('down'), complete: false})
    for (const made of [moved, kept]) await complete(made)
    await at.converges('where it went', ({rows}) => rows.get(moved.hash)?.savePath === folder('done'))
    expect(at.replica.rows.get(moved.hash)).toMatchObject({completedPath: null, complete: true})
    expect([isIn(moved, folder('done')), isIn(moved, folder('down'))]).toEqual([true, false])
    expect([isIn(kept, folder('done')), isIn(kept, folder('down'))]).toEqual([false, true])
    // A label moves nothing of it any more.
    await at.client.control.setCategory([kept.hash], {category: 'moving'}, bounds)
    await at.converges('the label', ({rows}) => rows.get(kept.hash)?.category === 'moving')
    expect(later(kept)).toBe(folder('labelled'))
    await at.client.control.recheck([kept.hash], {}, bounds)
    await at.until(kept.hash, 'its check', (seen) => !seen.checking && seen.progress === 1)
    expect([isIn(kept, folder('labelled')), isIn(kept, folder('down'))]).toEqual([false, true])
  })

  test('a label says where its torrents go; behind it what was decided is set again', async () => {
    await set({move_completed: false})
    const read = await at.client.details.preferencesFor!('moving', bounds)
    expect(read).toMatchObject({move_completed: true, move_completed_path: folder('labelled')})
    const kept = await add({...decided(null), category: 'moving'})
    const mine = await add({savePath: folder('mine'), category: 'moving'})
    const moved = await add({...decided(folder('labelled')), category: 'moving'})
    expect([later(kept), later(mine), later(moved)]).toEqual([null, null, folder('labelled')])
    for (const made of [kept, moved]) await complete(made)
    await at.converges('where it went', ({rows}) => rows.get(moved.hash)?.savePath === folder('labelled'))
    expect([isIn(moved, folder('labelled')), isIn(kept, folder('down'))]).toEqual([true, true])
    // As the daemon is set again without it; only of what is not complete it moves anything.
    await at.client.control.setCategory([mine.hash], {category: ''}, bounds)
    await at.client.control.setCategory([mine.hash], {category: 'moving'}, bounds)
    await at.converges('the label', () => later(mine) === folder('labelled'))
    await at.client.control.setCategory([mine.hash], {category: 'plain'}, bounds)
    await at.converges('no place', () => later(mine) === null)
  })

  test('a label that it gives on its own, for a tracker, moves nothing that was decided to stay', async () => {
    const options = {auto_add: true, auto_add_trackers: [new URL(at.tracker.announceUrl).host]}
    await wire.call('label.set_options', ['moving', options], bounds)
    const made = await add(decided(null))
    await at.converges('its label', ({rows}) => rows.get(made.hash)?.category === 'moving')
    expect(later(made)).toBeNull()
    await wire.call('label.set_options', ['moving', {auto_add: false}], bounds)
  })

  test('what lies there already it takes for its own, checks it and writes over what differs', async () => {
    await set({move_completed: false})
    const made = await add(decided(folder('taken')))
    made.writePayload(at.daemon.ours(folder('taken')))
    const [first] = made.files
    const others = Buffer.alloc(first!.bytes.length)
    writeFileSync(join(at.daemon.ours(folder('taken')), first!.path), others)
    await complete(made)
    await at.converges('where it went', ({rows}) => rows.get(made.hash)?.savePath === folder('taken'))
    // Seen on 2.0.3: what was there of the same name and size has its bytes now, so that is compared before.
    await at.converges('all of it', ({rows}) => rows.get(made.hash)?.complete === true)
    await waitUntil('its bytes in a file of somebody else', () =>
      readFileSync(join(at.daemon.ours(folder('taken')), first!.path)).equals(first!.bytes),
    )
  })
})

interface WebSeed {
  readonly url: string
  serve(made: MadeTorrent): void
  stop(): Promise<void>
}

async function startWebSeed(): Promise<WebSeed> {
  const files = new Map<string, Buffer>()
  const server = createServer((request, response) => {
    const bytes = files.get(decodeURIComponent(request.url ?? '').slice(1))
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    if (!bytes || !range) {
      response.writeHead(404).end()
      return
    }
    const [from, to] = [Number(range[1]), Number(range[2])]
    response.writeHead(206, {'content-range': `bytes ${from}-${to}/${bytes.length}`})
    response.end(bytes.subarray(from, to + 1))
  })
  const port = await listen(server, '127.0.0.1')
  return {
    url: `http://127.0.0.1:${port}/`,
    serve: (made) => {
      for (const {path, bytes} of made.files) files.set(path, bytes)
    },
    stop: () => close(server),
  }
}
