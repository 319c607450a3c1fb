import {existsSync, mkdirSync, renameSync} from 'node:fs'
import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import {bounds, type Stage} from './stage.conformance.ts'

/** Where it lies and what it is called: location, names, category, tags. */
export function naming(stage: () => Stage): void {
  test('data is moved to another location', async () => {
    const at = stage()
    const made = at.makeMany()
    const hash = await at.addComplete(made)
    const path = `${at.daemon.serverDownloadDir}/moved`
    const move = () => at.client.control.setLocation([hash], {path, moveData: true}, bounds)
    if (!(await at.offers('setLocation', move))) return
    await at.shows(
      hash,
      'the new place',
      (seen) => seen.savePath === path,
      (row) => row.savePath === path,
    )
    for (const file of made.files) {
      const isIn = (folder: string) => existsSync(`${at.daemon.downloadDir}/${folder}${file.path}`)
      await waitUntil(`${file.path} at its new place alone`, () => isIn('moved/') && !isIn(''))
    }
    await at.until(hash, 'it to be complete there', (seen) => seen.progress === 1)
  })

  test('a location where the data lies already is taken over', async () => {
    const at = stage()
    const made = at.make()
    const hash = await at.addComplete(made, false)
    const path = `${at.daemon.serverDownloadDir}/taken-over`
    mkdirSync(`${at.daemon.downloadDir}/taken-over`)
    renameSync(`${at.daemon.downloadDir}/${made.name}`, `${at.daemon.downloadDir}/taken-over/${made.name}`)
    const take = () => at.client.control.setLocation([hash], {path, moveData: false}, bounds)
    if (!(await at.offersPart('setLocation', take))) return
    await at.shows(
      hash,
      'the new place',
      (seen) => seen.savePath === path,
      (row) => row.savePath === path,
    )
    await at.client.control.recheck([hash], {}, bounds)
    await at.until(hash, 'it to be complete there', (seen) => seen.progress === 1 && !seen.checking)
  })

  test('a torrent gets another name', async () => {
    const at = stage()
    const hash = await at.addComplete()
    const name = `renamed ${hash.slice(0, 6)}`
    if (!(await at.offers('rename', () => at.client.control.rename([hash], {name}, bounds)))) return
    await at.shows(
      hash,
      'its new name',
      (seen) => seen.name === name,
      (row) => row.name === name,
    )
  })

  test('a file gets another name, on disk too', async () => {
    const at = stage()
    const made = at.makeMany()
    const hash = await at.addComplete(made)
    const [from, to] = [`${made.name}/first.bin`, `${made.name}/other.bin`]
    if (!(await at.offers('renameFile', () => at.client.control.renameFile([hash], {from, to}, bounds))))
      return
    const isThere = (path: string) => existsSync(`${at.daemon.downloadDir}/${path}`)
    await waitUntil('its new name alone on disk', () => isThere(to) && !isThere(from))
    await waitUntil('its new name', async () => (await at.observe.files(hash)).some(({path}) => path === to))
    expect((await at.client.details.files(hash, bounds)).map(({path}) => path)).toContain(to)
  })

  test('a folder gets another name, on disk too', async () => {
    const at = stage()
    const made = at.makeMany()
    const hash = await at.addComplete(made)
    const [from, to] = [`${made.name}/inner`, `${made.name}/other`]
    if (!(await at.offers('renameFolder', () => at.client.control.renameFolder([hash], {from, to}, bounds))))
      return
    await waitUntil('its new name on disk', () => existsSync(`${at.daemon.downloadDir}/${to}/second.bin`))
    await waitUntil('its new name', async () =>
      (await at.observe.files(hash)).some(({path}) => path === `${to}/third.bin`),
    )
  })

  test('a torrent gets a category, another, and none', async () => {
    const at = stage()
    const hash = await at.addStopped()
    for (const category of ['films', 'films & more/4K', '']) {
      const set = () => at.client.control.setCategory([hash], {category}, bounds)
      if (category !== '' && at.features.createCategory.support !== 'none') {
        await at.client.server.createCategory({name: category}, bounds)
      }
      if (!(await at.offers('setCategory', set))) return
      await at.shows(
        hash,
        `category '${category}'`,
        (seen) => seen.category === category,
        (row) => row.category === category,
      )
    }
  })

  test('tags are added, removed and set, and the category is none of them', async () => {
    const at = stage()
    const hash = await at.addStopped(at.make(), {category: 'keeps'})
    const {control} = at.client
    const shows = (tags: string[]) =>
      at.shows(
        hash,
        `tags ${tags.join()}`,
        (seen) => seen.tags.join() === tags.join() && seen.category === 'keeps',
        (row) => row.tags?.toSorted().join() === tags.join() && row.category === 'keeps',
      )
    if (!(await at.offers('addTags', () => control.addTags([hash], {tags: ['one', 'two words']}, bounds))))
      return
    await shows(['one', 'two words'])
    await at.offers('addTags', () => control.addTags([hash], {tags: ['one', 'zwei']}, bounds))
    await shows(['one', 'two words', 'zwei'])
    await at.offers('removeTags', () => control.removeTags([hash], {tags: ['one', 'never there']}, bounds))
    await shows(['two words', 'zwei'])
    await at.offers('setTags', () => control.setTags([hash], {tags: ['alone']}, bounds))
    await shows(['alone'])
    await at.offers('setTags', () => control.setTags([hash], {tags: []}, bounds))
    await shows([])
  })
}
