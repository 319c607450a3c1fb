import {existsSync} from 'node:fs'
import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import {allDone, type Stage} from './stage.conformance.ts'

export function removing(stage: () => Stage): void {
  test('a removed torrent is gone and its files are still there', async () => {
    const at = stage()
    const made = at.makeMany()
    const hash = await at.addComplete(made)
    if (!(await at.offers('remove', () => at.erase([hash], 'remove')))) return
    await at.converges('it gone', ({rows}) => !rows.has(hash))
    expect(await at.observe.torrent(hash)).toBeNull()
    expect(there(at, made)).toEqual(made.files.map(() => true))
  })

  test('a torrent removed with its data leaves no file', async () => {
    const at = stage()
    const [one, many] = [at.make(), at.makeMany()]
    for (const made of [one, many]) {
      const hash = await at.addComplete(made)
      if (!(await at.offers('removeWithData', () => at.erase([hash], 'removeWithData')))) return
      await at.converges('it gone', ({rows}) => !rows.has(hash))
      expect(await at.observe.torrent(hash)).toBeNull()
      await waitUntil('its files to go', () => there(at, made).every((isThere) => !isThere))
      // A folder goes after what was in it.
      await waitUntil('its folder to go', () => !existsSync(`${at.daemon.downloadDir}/${made.name}`))
    }
  })

  test('removing with data spares the neighbours', async () => {
    const at = stage()
    const [gone, stays] = [at.makeMany(), at.makeMany()]
    const [hash, other] = [await at.addComplete(gone), await at.addComplete(stays)]
    if (!(await at.offers('removeWithData', () => at.erase([hash], 'removeWithData')))) return
    await waitUntil('its files to go', () => there(at, gone).every((isThere) => !isThere))
    expect(there(at, stays)).toEqual(stays.files.map(() => true))
    await at.until(other, 'complete and running', (seen) => seen.progress === 1 && seen.running)
  })

  test('many torrents are removed in one call', async () => {
    const at = stage()
    const hashes = [await at.addStopped(), await at.addStopped(), await at.addStopped()]
    allDone(await at.erase(hashes, 'remove'))
    await at.converges('all gone', ({rows}) => hashes.every((hash) => !rows.has(hash)))
    const left = await at.observe.hashes()
    expect(left.filter((hash) => hashes.some((one) => one === hash))).toEqual([])
  })
}

function there(at: Stage, made: MadeTorrent): boolean[] {
  return made.files.map(({path}) => existsSync(`${at.daemon.downloadDir}/${path}`))
}
