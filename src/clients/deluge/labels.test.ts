/** What the Label plugin does with a torrent that gets a label: deluge_label/core.py, `_set_torrent_options`. */
import bencode from 'bencode'
import {afterEach, describe, expect, test} from 'vitest'
import type {Face} from '#lab/simulators/face.ts'
import {bounds, Scene} from './scene.conformance.ts'

let scene: Scene

afterEach(() => scene.close())

const film = {length: 5, name: 'film.mkv', 'piece length': 16_384, pieces: new Uint8Array(20)}
const source = {torrent: bencode.encode({announce: 'http://t/a', info: film}), fileName: 'film.torrent'}

type Options = Readonly<Record<string, unknown>>

/** A daemon with options of its labels, and what the torrents have of them. */
function withLabels(face: Face, labels: Readonly<Record<string, Options>>): Map<string, Options> {
  const of = new Map<string, Options>()
  const handle = face.handle.bind(face)
  face.handle = async (request) => {
    const {id, method, params} = JSON.parse(request.body.toString()) as {
      id: number
      method: string
      params: readonly unknown[]
    }
    const say = (result: unknown) => ({
      status: 200,
      headers: {'content-type': 'application/json'},
      body: [JSON.stringify({result, error: null, id})],
    })
    if (method === 'label.get_options') return say(labels[String(params[0])] ?? {})
    if (method === 'core.add_torrent_file') of.set('added', {...(params[2] as Options)})
    if (method === 'core.set_torrent_options')
      for (const hash of params[0] as string[])
        of.set(hash, {...(of.get(hash) ?? of.get('added')), ...(params[1] as Options)})
    if (method === 'label.set_torrent') {
      const [hash, label] = params as [string, string]
      const {apply_queue: queue, apply_move_completed: moves, ...its} = labels[label] ?? {}
      const ratio = queue === true && {
        stop_at_ratio: its['stop_at_ratio'],
        stop_ratio: its['stop_ratio'],
        remove_at_ratio: its['remove_at_ratio'],
      }
      const place = moves === true && {
        move_completed: its['move_completed'],
        move_completed_path: its['move_completed_path'],
      }
      of.set(hash, {...(of.get(hash) ?? of.get('added')), ...ratio, ...place})
    }
    return handle(request)
  }
  return of
}

const removesAtTwo = {
  apply_queue: true,
  is_auto_managed: true,
  stop_at_ratio: true,
  stop_ratio: 2,
  remove_at_ratio: true,
}
const movesToDone = {apply_move_completed: true, move_completed: true, move_completed_path: '/media/done'}

test('a label by which Deluge removes a torrent at a ratio is a limit at which it goes', async () => {
  scene = await Scene.open()
  withLabels(scene.face, {films: removesAtTwo})
  expect(await scene.client.details.limitEndOfAdded('films', bounds)).toMatchObject({is: 'goes'})
})

test('limits that were given at an addition are not those of its label', async () => {
  scene = await Scene.open()
  const of = withLabels(scene.face, {films: removesAtTwo})
  const {hash} = await scene.client.server.addTorrent(
    {source, start: true, category: 'films', ratioLimit: 20},
    bounds,
  )
  expect(of.get(hash!)).toMatchObject({stop_ratio: 20})
})

test('a place that was asked for is where it stays, also with a label that moves what is complete', async () => {
  scene = await Scene.open()
  const of = withLabels(scene.face, {films: movesToDone})
  const {hash} = await scene.client.server.addTorrent(
    {source, start: true, category: 'films', savePath: '/srv/mine'},
    bounds,
  )
  expect(of.get(hash!)).toMatchObject({move_completed: false})
})

test('limits that were given at an addition stay behind a label that removes at a ratio, but stops at none', async () => {
  scene = await Scene.open()
  const of = withLabels(scene.face, {films: {...removesAtTwo, stop_at_ratio: false}})
  const wish = {source, start: true, category: 'films', ratioLimit: 20}
  const {hash} = await scene.client.server.addTorrent(wish, bounds)
  expect(of.get(hash!)).toMatchObject({stop_at_ratio: true, stop_ratio: 20, remove_at_ratio: true})
  // It is removed at the limit of its own, as the label says.
  expect(await scene.client.details.limitEndOfAdded('films', bounds)).toMatchObject({is: 'goes'})
})

describe('where a torrent goes once it is complete', () => {
  const later = async (more: object) => {
    const {hash} = await scene.client.server.addTorrent({source, start: true, ...more}, bounds)
    return scene.world.get(hash!)!.completedPath
  }
  const moves = {move_completed: true, move_completed_path: '/media/all'}
  const label = async (options: Options) => {
    await scene.elsewhere('label.add', 'films')
    await scene.elsewhere('label.set_options', 'films', options)
  }
  const read = async (category: string) => {
    const {move_completed: isOn, move_completed_path: path} = await scene.client.details.preferencesFor(
      category,
      bounds,
    )
    return isOn === true ? path : null
  }

  test.each([
    ['what was decided', {defaultPath: '/srv/new', completedPath: '/media/decided'}, '/media/decided'],
    ['nowhere, as was decided', {defaultPath: '/srv/new', completedPath: null}, null],
    ['nowhere, as it names its folder', {savePath: '/srv/mine', completedPath: null}, null],
  ])('is %s, whatever Deluge and its label are set to', async (_, decided, to) => {
    scene = await Scene.open()
    await scene.elsewhere('core.set_config', moves)
    await label(movesToDone)
    expect(await later({...decided, category: 'films'})).toBe(to)
  })

  test('also where Deluge gives a label on its own, as it adds it', async () => {
    scene = await Scene.open()
    await label({...movesToDone, auto_add: true, auto_add_trackers: ['//t/']})
    expect(await later({defaultPath: '/srv/new', completedPath: null})).toBeNull()
    expect(scene.world.commands.received.map(({verb}) => verb)).toContain('setCategory')
  })

  test('is read from its settings, and from those of the label that says so itself', async () => {
    scene = await Scene.open()
    expect([await read(''), await read('films')]).toEqual([null, null])
    await label({...movesToDone, apply_move_completed: false})
    await scene.elsewhere('core.set_config', moves)
    expect([await read(''), await read('films'), await read('new')]).toEqual(
      Array.from({length: 3}, () => '/media/all'),
    )
    await label(movesToDone)
    expect([await read(''), await read('films'), await read('new')]).toEqual([
      '/media/all',
      '/media/done',
      '/media/all',
    ])
    await label({...movesToDone, move_completed: false})
    expect(await read('films')).toBeNull()
  })
})
