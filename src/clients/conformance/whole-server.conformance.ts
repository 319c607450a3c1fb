import {statfsSync} from 'node:fs'
import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import type {SeenLimits} from '#lab/observers/observer.ts'
import type {Category} from '#model/server.ts'
import {bounds, type Stage} from './stage.conformance.ts'

const [DOWN, UP] = [512_000, 256_000]

/** Verbs and readings that concern the server, not one torrent. */
export function wholeServer(stage: () => Stage): void {
  test('categories are created, edited and removed', async () => {
    const at = stage()
    const {server, details} = at.client
    const savePath = `${at.daemon.serverDownloadDir}/series`
    const hasPaths = at.features.categoryPaths.support !== 'none'
    const made = {name: 'series', ...(hasPaths && {savePath})}
    if (await at.offers('createCategory', () => server.createCategory(made, bounds))) {
      expect(await details.categories(bounds)).toContainEqual(expect.objectContaining(made))
      await at.converges('the category', ({categories_}) => names(categories_).includes('series'))
    }
    const edited = {name: 'series', savePath: `${savePath}-2`}
    if (await at.offers('editCategory', () => server.editCategory(edited, bounds))) {
      expect((await at.observe.categories())?.['series']).toBe(edited.savePath)
      expect(await details.categories(bounds)).toContainEqual(expect.objectContaining(edited))
    }
    if (await at.offers('removeCategories', () => server.removeCategories({names: ['series']}, bounds))) {
      expect(Object.keys((await at.observe.categories()) ?? {})).not.toContain('series')
      await at.converges('it gone', ({categories_}) => !names(categories_).includes('series'))
    }
  })

  test('categories in use are listed for every kind', async () => {
    const at = stage()
    // Not every sign can stand in a label.
    const category = at.features.setCategory.support === 'limited' ? 'in-use' : 'in use'
    await at.addStopped(at.make(), {category})
    await waitUntil('it in the list', async () => {
      await at.step('full')
      return (await at.client.details.categories(bounds)).some(({name}) => name === category)
    })
  })

  test('tags are created and deleted', async () => {
    const at = stage()
    const {server, details} = at.client
    const tags = ['new one', 'new two']
    if (!(await at.offers('createTags', () => server.createTags({tags}, bounds)))) return
    expect(await details.tags(bounds)).toEqual(expect.arrayContaining(tags))
    expect((await at.observe.tags()) ?? tags).toEqual(expect.arrayContaining(tags))
    await at.converges('the tags', ({tags_}) => tags_?.includes('new two') === true)
    if (!(await at.offers('deleteTags', () => server.deleteTags({tags: ['new one']}, bounds)))) return
    expect((await at.observe.tags()) ?? []).not.toContain('new one')
    await at.converges('one tag less', ({tags_}) => tags_?.includes('new one') === false)
  })

  test('limits of the whole server are set and lifted', async () => {
    const at = stage()
    const {server} = at.client
    if (!(await at.offers('setGlobalLimits', () => server.setGlobalLimits({down: DOWN, up: UP}, bounds))))
      return
    await seesLimits(at, (seen) => seen.down === DOWN && seen.up === UP)
    await server.setGlobalLimits({up: null}, bounds)
    await seesLimits(at, (seen) => seen.down === DOWN && seen.up === null)
    await server.setGlobalLimits({down: null}, bounds)
    await seesLimits(at, (seen) => seen.down === null && seen.up === null)
  })

  test('alternative speeds are set, switched on and off, apart from the ordinary ones', async () => {
    const at = stage()
    const {server} = at.client
    const set = () => server.setAltSpeed({down: UP, up: DOWN, on: true}, bounds)
    if (!(await at.offers('setAltSpeed', set))) return
    const alternative = (seen: SeenLimits) =>
      (seen.altDown === undefined || seen.altDown === UP) && (seen.altUp === undefined || seen.altUp === DOWN)
    await seesLimits(at, (seen) => alternative(seen) && seen.altSpeed !== false)
    await server.setGlobalLimits({down: DOWN}, bounds)
    if ((await at.observe.limits()).altSpeed !== undefined) {
      await seesLimits(at, (seen) => seen.down === DOWN && alternative(seen) && seen.altSpeed === true)
    }
    await server.setAltSpeed({on: false}, bounds)
    await seesLimits(at, (seen) => seen.altSpeed !== true && seen.down === DOWN)
    await server.setGlobalLimits({down: null, up: null}, bounds)
    await seesLimits(at, (seen) => seen.down === null && seen.up === null)
  })

  test('settings are read and written by the server’s own names', async () => {
    const at = stage()
    const {server, details} = at.client
    const all = await details.preferences(bounds)
    const name = settings.find((one) => one in all)
    expect(name, `one of ${settings.join()} in ${Object.keys(all).join()}`).toBeDefined()
    const value = Number(all[name!]) + 1
    if (!(await at.offers('setPreferences', () => server.setPreferences({values: {[name!]: value}}, bounds))))
      return
    const own = at.client.kind === 'transmission' ? name!.replaceAll('_', '-') : name!
    await waitUntil('the setting', async () => Number(await at.observe.preference(own)) === value)
    expect((await details.preferences(bounds))[name!]).toBe(value)
    await server.setPreferences({values: {[name!]: all[name!]}}, bounds)
  })

  test('free space is what the file system says', async () => {
    const at = stage()
    // Others write on the same disk meanwhile.
    const near = (bytes: number | undefined) => {
      const {bsize, bavail} = statfsSync(at.daemon.downloadDir)
      return Math.abs((bytes ?? 0) / (bsize * bavail) - 1) < 0.1
    }
    await waitUntil('free space of the default path', async () =>
      near(await at.client.details.freeSpace(null, bounds)),
    )
    if (at.features.freeSpaceAnyPath.support !== 'native') return
    await waitUntil('free space of a path', async () =>
      near(await at.client.details.freeSpace(at.daemon.serverDownloadDir, bounds)),
    )
  })
}

function names(categories: readonly Category[] | null): string[] {
  return (categories ?? []).map(({name}) => name)
}

/** The daemon shows it, and our own reading agrees. */
async function seesLimits(at: Stage, check: (seen: SeenLimits) => boolean): Promise<void> {
  await waitUntil('limits of the server', async () => check(await at.observe.limits()))
  const [ours, seen] = [await at.client.details.limits(bounds), await at.observe.limits()]
  if (seen.altSpeed !== undefined) expect(ours.altSpeed).toBe(seen.altSpeed)
  expect({down: ours.down, up: ours.up}).toEqual({down: seen.down, up: seen.up})
}

/** One harmless number of each kind. */
const settings = [
  'max_connec',
  'max_connections_global',
  'peer-limit-global',
  'peer_limit_global',
  'network.http.max_total_connections',
  'throttle.max_uploads.global',
]
