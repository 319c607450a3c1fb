import {existsSync, mkdirSync, renameSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import {oddNames} from '#lab/odd-names.ts'
import type {InfoHash} from '#model/torrent-key.ts'
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

  test.each(Object.entries(oddNames))(
    'the files of one with %s lie where our client says: %j',
    async (_, name) => {
      const at = stage()
      const made = at.make({name, content: {[name]: 20_000, [`in/${name}`]: 30_000}})
      made.writePayload(at.daemon.downloadDir)
      const hash = await at.addStopped(made)
      await at.converges('where it is', ({rows}) => rows.get(hash)?.contentPath !== undefined)
      const {contentPath = '', savePath = ''} = at.replica.rows.get(hash)!
      const laid = await reportedPlace(at, hash, savePath)
      for (const [index, path] of laid.entries()) {
        mkdirSync(dirname(path), {recursive: true})
        writeFileSync(path, made.files[index]!.bytes)
      }
      // Its daemon finds them there, so it calls them so.
      await at.client.control.recheck([hash], {}, bounds)
      await at.until(hash, 'its files to be found', (seen) => seen.progress === 1 && !seen.checking)
      expect(existsSync(at.daemon.ours(contentPath))).toBe(true)
      expect(laid.every((path) => path.startsWith(`${at.daemon.ours(contentPath)}/`))).toBe(true)
      expect(await reportedPlace(at, hash, savePath)).toEqual(laid)
      if (at.features.removeWithData.support === 'none') return
      const outcome = (await at.erase([hash], 'removeWithData'))?.get(hash) ?? {outcome: 'done'}
      // We hand no control characters to programs: then all of it stays.
      if (outcome.outcome !== 'done')
        expect([outcome, hasControls(name)]).toMatchObject([{code: 'command_refused'}, true])
      const isRefused = outcome.outcome !== 'done'
      if (isRefused) expect(laid.map((path) => existsSync(path))).toEqual(laid.map(() => true))
      else if (!leavesLongNames(at, name))
        await waitUntil('its files to go', () => laid.every((path) => !existsSync(path)))
      if (isRefused) await at.erase([hash], 'remove')
    },
  )

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

  test('several files get other names at once, or none does', async () => {
    const at = stage()
    const made = at.makeMany()
    const hash = await at.addComplete(made)
    const paths = async () => (await at.client.details.files(hash, bounds)).map(({path}) => path)
    const [one, two, ...others] = await paths()
    const renamed = (path: string) => ({from: path, to: `${path}.new`})
    const rename = (files: readonly {from: string; to: string}[]) =>
      at.client.control.renameFiles([hash], {files}, bounds)
    if (!(await at.offers('renameFiles', () => rename([renamed(one!), renamed(two!)])))) return
    const after = [`${one}.new`, `${two}.new`, ...others]
    const areThere = async () => String((await paths()).toSorted()) === String(after.toSorted())
    await waitUntil('their new names', areThere)
    const lost = renamed(`${made.name}/nothing.bin`)
    const outcome = await rename([renamed(`${one}.new`), lost]).catch((error: unknown) => error)
    expect(outcome === undefined || (outcome instanceof Map && outcome.get(hash)?.outcome === 'done')).toBe(
      false,
    )
    await waitUntil('the former names', areThere)
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
      const set = async () => {
        if (category !== '' && at.features.createCategory.support !== 'none') {
          await at.client.server.createCategory({name: category}, bounds)
        }
        return at.client.control.setCategory([hash], {category}, bounds)
      }
      // Who keeps categories as labels may not take any sign in them.
      if (!(await at.offersPart('setCategory', set))) continue
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

/** Our paths of its files, in their order. */
async function reportedPlace(at: Stage, hash: InfoHash, savePath: string): Promise<readonly string[]> {
  const files = await at.client.details.files(hash, bounds)
  return files.map(({path}) => `${at.daemon.ours(savePath)}/${path}`)
}

/** It puts aside what it deletes, under a longer name, and finds none for these. [run 3.00, 4.1.0-beta.2, 4.1.4] */
function leavesLongNames({client}: Stage, name: string): boolean {
  return client.kind === 'transmission' && Buffer.byteLength(name) > 248
}

function hasControls(name: string): boolean {
  return [...name].some((letter) => letter < ' ')
}
