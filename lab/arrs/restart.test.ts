import {afterEach, expect, test} from 'vitest'
import {assembleSim, type ArrSim} from './create.ts'

let sim: ArrSim
afterEach(() => sim.close())

const episodes = [{number: 1}, {number: 2}, {number: 3}]

test('after a restart the queue is empty for a while, then without messages until the first import', async () => {
  sim = assembleSim({
    clock: 'virtual',
    validation: null,
    instances: [
      {
        name: 'Sonarr',
        app: 'sonarr5',
        library: [{title: 'A Show', units: episodes}],
        downloadClients: [{name: 'A', category: 'tv'}],
      },
    ],
  })
  const one = sim.arr('Sonarr')
  const {arr} = one
  const {hash} = arr.releases.define({itemId: 1, import: {partial: 1}, life: {completeAfter: 1}})
  arr.commands.post('RssSync', {}, 'manual')
  await sim.time.advance(5 * 60_000)
  expect(arr.queue.get(hash)!.messages.length).toBeGreaterThan(1)
  const startedAt = sim.time.now()
  one.restart()
  expect(arr.startedAt).toBe(startedAt)
  await sim.time.advance(24_000)
  expect(arr.queue.size).toBe(0)
  await sim.time.advance(1_500)
  // Of a pack of which a part came in all is said again.
  expect(arr.queue.get(hash)).toMatchObject({state: 'importPending', messages: []})
  await sim.time.advance(3_000)
  expect(arr.queue.get(hash)).toMatchObject({state: 'importBlocked'})
  expect(arr.queue.get(hash)!.messages.length).toBeGreaterThan(1)
})

test('what was imported before a restart is not tracked again, nor what came in by hand as something else', async () => {
  sim = assembleSim({
    clock: 'virtual',
    validation: null,
    instances: [
      {
        name: 'Sonarr',
        app: 'sonarr',
        library: [{title: 'A Show', units: episodes}],
        downloadClients: [{name: 'A', category: 'tv'}],
      },
    ],
  })
  const one = sim.arr('Sonarr')
  const {arr} = one
  const {releases, commands, history} = arr
  const first = releases.define({itemId: 1, unitIds: [1], life: {completeAfter: 1}})
  const wrong = {
    itemId: 1,
    unitIds: [2],
    import: {reject: 'unexpected_item'},
    life: {completeAfter: 1},
  } as const
  const second = releases.define(wrong)
  commands.post('RssSync', {}, 'manual')
  await sim.time.advance(60_000)
  const file = {downloadId: second.hash, seriesId: 1, episodeIds: [3], quality: {quality: {id: 3}}}
  commands.post('ManualImport', {files: [file], importMode: 'copy'}, 'manual')
  await sim.time.advance(10_000)
  expect(history.of(second.hash).map(({event, unitId}) => [event, unitId])).toEqual([
    ['grabbed', 2],
    ['downloadFolderImported', 3],
  ])
  one.restart()
  await sim.time.advance(60_000)
  expect([...arr.queue.keys()]).toEqual([])
  expect(arr.stats.imports).toEqual([first.hash, second.hash])
})

test('two Arrs want one torrent on one server: the second is refused, and has no trace of it', async () => {
  const instance = (name: string) => ({
    name,
    app: 'radarr' as const,
    library: [{title: 'Some Film', year: 2020}],
    downloadClients: [{name: 'A', category: name.toLowerCase()}],
  })
  sim = assembleSim({clock: 'virtual', validation: null, instances: [instance('HD'), instance('Attic')]})
  for (const {arr} of sim.all) {
    arr.releases.define({
      itemId: 1,
      hash: 'ab'.repeat(20),
      title: 'Some.Film.2020',
      life: {completeAfter: null},
    })
    arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
    await sim.time.advance(20_000)
  }
  const [hd, attic] = sim.all.map(({arr}) => arr)
  expect([hd!.queue.size, hd!.history.length]).toEqual([1, 1])
  expect([attic!.queue.size, attic!.pending.size, attic!.history.length]).toEqual([0, 0, 0])
  expect(attic!.stats.refusedGrabs).toEqual(['AB'.repeat(20)])
  expect(attic!.commands.list().find(({name}) => name === 'MoviesSearch')).toMatchObject({
    status: 'completed',
    result: 'successful',
    message: 'Completed search for 1 movies. 0 reports downloaded.',
  })
})
